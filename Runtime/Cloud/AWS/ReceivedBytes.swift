internal import Pipeline

/// What has come of a range so far, over one answer or several.
final class ReceivedBytes {
    private let byteCount: Int
    private(set) var bytes: [UInt8] = []

    init(_ byteCount: Int) {
        self.byteCount = byteCount
        bytes.reserveCapacity(byteCount)
    }

    /// - Parameter chunk: what comes next.
    /// - Throws: retry, where it is more than the range has left.
    func append(_ chunk: [UInt8]) throws(Fault) {
        guard bytes.count + chunk.count <= byteCount else {
            throw .retry("http.read", underlying: S3AnswerError(expected: "the range that was asked for"))
        }
        bytes += chunk
    }
}
