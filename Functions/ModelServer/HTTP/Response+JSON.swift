import FoundationEssentials
import Hummingbird

extension Response {
    /// A response with a value as JSON.
    static func json(_ value: some Encodable, status: Int = 200) -> Response {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let body = try? encoder.encode(value) else { return Response(status: .internalServerError) }
        return Response(status: status, body: body, contentType: "application/json")
    }

    init(status: Int = 200, body: some Sequence<UInt8>, contentType: String) {
        self.init(
            status: .init(code: status),
            headers: [.contentType: contentType],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: body))
        )
    }
}
