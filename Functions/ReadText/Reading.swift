import Pipeline

/// The text that was found so far, and what finding it took.
struct Reading {
    var moments: [Moment] = []
    /// What a person should know of it.
    var note: String?
    private(set) var usage: [CatalogWrite] = []

    /// Lines below this confidence are more often noise than text.
    private static let confidenceFloor = 0.5

    /// Adds what a picture says; text that goes on from the picture before makes that moment longer.
    mutating func read(
        _ picture: RGBImage,
        from start: Int,
        to end: Int,
        by models: any ModelClient
    ) async throws(Fault) {
        let answer = try await models.readText(in: picture)
        usage.append(.usage(ModelUsage(model: answer.model, requestCount: 1, units: answer.units)))
        let lines = answer.output.filter { $0.confidence >= Self.confidenceFloor && !$0.text.isEmpty }
        for block in TextBlock.blocks(of: lines) where block.isLikelyText {
            let moment = block.moment(from: start, to: end)
            let same = moments.lastIndex { $0.endMilliseconds == start && end > start && $0.text == moment.text }
            guard let same else {
                moments.append(moment)
                continue
            }
            moments[same] = block.moment(from: moments[same].startMilliseconds, to: end)
        }
    }
}
