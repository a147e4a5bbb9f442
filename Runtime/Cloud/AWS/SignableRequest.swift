/// The parts of a request that a signature covers.
package struct SignableRequest: Sendable {
    package let method: String
    /// As it goes on the wire, without the query.
    package let path: String
    /// Decoded.
    package let query: [(name: String, value: String)]
    /// With `Host`.
    package let headers: [(name: String, value: String)]
    /// SHA-256 of the body in hexadecimal, or one of S3's words for none ("UNSIGNED-PAYLOAD").
    package let payloadDigest: String

    package init(
        method: String,
        path: String,
        query: [(name: String, value: String)] = [],
        headers: [(name: String, value: String)],
        payloadDigest: String
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.payloadDigest = payloadDigest
    }
}
