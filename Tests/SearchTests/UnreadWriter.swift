import Hummingbird

/// The writer of a response that nobody reads.
struct UnreadWriter: ResponseBodyWriter {
    func write(_ buffer: ByteBuffer) async throws { try await Task.sleep(for: .seconds(60)) }
    consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
