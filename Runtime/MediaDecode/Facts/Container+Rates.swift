import CLibAV
import Pipeline

extension Container {
    /// Share of frames that may stand off the beat, where a recording was joined or begins late.
    private static let unsteadyShare = 0.005
    private static let indexEntryCount: Int32 = 200_000
    /// Fewer frames tell nothing.
    private static let steadyCount = 8
    /// Frames at the end of a piece that others, not yet read, may come before.
    private static let reorderedCount = 4

    /// Whether frames come at changing distances: by an MP4's index, by the first packets, or by the rates.
    ///
    /// - Returns: nil where it can't be told.
    /// - Throws: what the source throws; retry, where the task was cancelled.
    func hasVariableFrameRate(_ described: MediaStream) throws(Fault) -> Bool? {
        guard described.kind == .video, let stream = streams[described.index] else { return nil }
        if ContainerFormat.still.contains(format) { return nil }
        let indexed = ContainerFormat.names(format).contains("mov") ? indexTimes(stream) : []
        if indexed.count > Self.steadyCount { return isUnsteady(indexed) }
        let shown = try peek().packets.filter { Int($0.pointee.stream_index) == described.index }
            .map(\.pointee.pts).filter { $0 != clibav_no_time() }.sorted().dropLast(Self.reorderedCount)
        if shown.count > Self.steadyCount, isUnsteady(Array(shown)) { return true }
        guard let average = described.frameRate, let nominal = described.nominalFrameRate else { return nil }
        // Interlaced video may count its fields.
        return [nominal, nominal / 2].allSatisfy { (average - $0).magnitude > 0.01 * $0 }
    }

    private func indexTimes(_ stream: UnsafeMutablePointer<AVStream>) -> [Int64] {
        let count = min(avformat_index_get_entries_count(stream), Self.indexEntryCount)
        return (0..<max(count, 0)).compactMap { avformat_index_get_entry(stream, $0)?.pointee.timestamp }
    }

    private func isUnsteady(_ times: [Int64]) -> Bool {
        let distances = zip(times.dropFirst(), times).map { $0 &- $1 }.filter { $0 > 0 }
        guard distances.count > 1 else { return false }
        let usual = distances.sorted()[distances.count / 2]
        // A tick more or less is how a rate is written that is no multiple of the clock.
        let tolerance = max(usual / 20, 1)
        let unsteady = distances.count { ($0 &- usual).magnitude > tolerance }
        return Double(unsteady) > max(1, Double(distances.count) * Self.unsteadyShare)
    }
}
