import MediaAnalysis
import Pipeline

/// The text that was found so far on pictures, and what finding it took.
struct Reading {
    private(set) var usage: [CatalogWrite] = []
    private var tracker = TextTracker()

    /// Lines below this confidence are more often noise than text.
    private static let confidenceFloor = 0.5

    /// Adds what a frame says; a line that goes on from the frame before is the same line.
    mutating func read(
        _ picture: RGBImage,
        from start: Int,
        to end: Int,
        by models: any ModelClient
    ) async throws(Fault) {
        tracker.add(try await lines(of: picture, by: models), from: start, to: end)
    }

    /// What a picture or a page says, without a time.
    mutating func moments(
        on picture: RGBImage,
        page: Int? = nil,
        by models: any ModelClient
    ) async throws(Fault) -> [Moment] {
        let blocks = TextBlock.blocks(of: try await lines(of: picture, by: models))
        return blocks.filter(\.isLikelyText).map { $0.moment(page: page) }
    }

    /// The lines that stood together, in the order of their starts.
    mutating func finish() -> [Moment] {
        var moments: [Moment] = []
        var rest = tracker.finish()[...]
        // Lines that come and go together may be one text.
        while let first = rest.first {
            let times = (first.startMilliseconds, first.endMilliseconds)
            let same = rest.filter { ($0.startMilliseconds, $0.endMilliseconds) == times }
            rest.removeAll { ($0.startMilliseconds, $0.endMilliseconds) == times }
            let blocks = TextBlock.blocks(of: same.map(\.line)).filter(\.isLikelyText)
            moments += blocks.map { $0.moment(from: times.0, to: times.1) }
        }
        return moments
    }

    private mutating func lines(of picture: RGBImage, by models: any ModelClient) async throws(Fault) -> [TextLine] {
        let answer = try await models.readText(in: picture)
        usage.append(.usage(ModelUsage(model: answer.model, requestCount: 1, units: answer.units)))
        return answer.output.filter { $0.confidence >= Self.confidenceFloor && !$0.text.isEmpty }
    }
}
