internal import Cloud

/// A form as `multipart/form-data` (RFC 7578).
struct MultipartForm {
    private var parts: [UInt8] = []
    private let boundary: String

    /// The boundary follows from the bytes that are sent, so that it is in none of them and the same each time.
    init(sending bytes: [UInt8]) { boundary = "part-" + Hexadecimal.encoded(SHA256.digest(bytes)) }

    var contentType: String { "multipart/form-data; boundary=\(boundary)" }

    /// The whole body.
    var body: [UInt8] { parts + Array("--\(boundary)--\r\n".utf8) }

    mutating func add(_ name: String, _ text: String) {
        parts += Array("--\(boundary)\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(text)\r\n".utf8)
    }

    mutating func add(_ name: String, file: String, contentType: String, _ bytes: [UInt8]) {
        let head = "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(name)\"; filename=\"\(file)\"\r\n"
        parts += Array("\(head)Content-Type: \(contentType)\r\n\r\n".utf8) + bytes + Array("\r\n".utf8)
    }
}
