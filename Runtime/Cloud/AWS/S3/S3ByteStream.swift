internal import Pipeline
import Synchronization

/// An object's bytes as they arrive, held to the store's checksum at their end.
final class S3ByteStream: ByteStream {
    let info: ObjectInfo
    private let body: any HTTPBody
    /// In base64; nil where the store stated none.
    private let expected: String?
    private let checksum = Mutex(CRC32())

    init(info: ObjectInfo, body: any HTTPBody, expected: String?) {
        self.info = info
        self.body = body
        self.expected = expected
    }

    func next() async throws(Fault) -> [UInt8]? {
        let chunk: [UInt8]?
        do throws(Fault) { chunk = try await body.next() } catch {
            throw Fault(operation: "s3.GetObject", verdict: error.verdict, underlying: error)
        }
        guard let expected else { return chunk }
        guard let chunk else {
            guard checksum.withLock({ $0.base64 }) == expected else {
                throw .retry("s3.GetObject", underlying: S3AnswerError(expected: "what its checksum says"))
            }
            return nil
        }
        checksum.withLock { $0.update(chunk) }
        return chunk
    }
}
