/// The CRC-32 that goes with an object's bytes, or a part's.
///
/// Source: "Checking object integrity for data uploads in Amazon S3", Amazon S3 user guide.
enum S3Checksum {
    static let algorithm = "CRC32"
    static let field = "x-amz-checksum-crc32"

    /// Adds the checksum to a request for its body, in the form that the store is set to.
    ///
    /// - Returns: the checksum in base64; nil where none goes along.
    static func add(to request: inout AWSRequest, for store: S3Endpoint) -> String? {
        guard store.requestChecksums == .whenSupported else {
            if store.payloadForm == .signedChunks { request.payload = .signedChunks }
            return nil
        }
        let value = CRC32.checksum(request.body).base64
        // SDKs say it; some stores keep a checksum only then.
        request.headers.append("x-amz-sdk-checksum-algorithm", algorithm)
        switch store.payloadForm {
        case .whole:
            request.headers.append(field, value)
            // TLS and the checksum keep the bytes from damage: a SHA-256 beside them would be work for nothing.
            if store.scheme == "https" { request.payload = .unsigned }
        case .trailer:
            request.payload = .trailer(name: field, value: value)
        case .signedChunks:
            request.headers.append(field, value)
            request.payload = .signedChunks
        }
        return value
    }

    /// What an answer says of the whole object's bytes; a checksum of parts' checksums ends in their number.
    static func stated(by headers: HTTPHeaders) -> String? {
        headers[field].flatMap { $0.contains("-") ? nil : $0 }
    }
}
