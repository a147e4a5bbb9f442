import Hummingbird
import NIOCore

/// A response's writer that a task of its own may use.
///
/// `@unchecked`: whoever hands it to a task waits for that task's end before the next one begins, as ``within(_:_:)``
/// does; no two use it at once.
struct OutputWriter: @unchecked Sendable {
    private let writer: any ResponseBodyWriter

    init(_ writer: any ResponseBodyWriter) { self.writer = writer }

    /// Waits until the client has room for more.
    @concurrent func write(_ bytes: [UInt8]) async throws {
        var writer = self.writer
        try await writer.write(ByteBuffer(bytes: bytes))
    }

    @concurrent func finish() async throws { try await writer.finish(nil) }
}
