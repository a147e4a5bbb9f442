/// A request before it is signed.
package struct AWSRequest: Sendable {
    /// What a fault names: "sqs.ReceiveMessage".
    package let operation: String
    package let service: AWSService
    package let endpoint: AWSEndpoint
    package let method: String
    /// Percent-encoded.
    package var path: String
    /// Decoded.
    package var query: [(name: String, value: String)]
    /// Without `Host`.
    package var headers: HTTPHeaders
    package var body: [UInt8]
    /// What of the body the signature covers.
    package var payload = AWSPayload.signed
    package var timeout: HTTPTimeout
    /// Whether the caller asks again at once, so that a failure must take time.
    package var isLongPoll = false

    package init(
        operation: String,
        service: AWSService,
        endpoint: AWSEndpoint,
        method: String,
        path: String = "/",
        query: [(name: String, value: String)] = [],
        headers: HTTPHeaders = [:],
        body: [UInt8] = [],
        timeout: HTTPTimeout = .total(.seconds(10))
    ) {
        self.operation = operation
        self.service = service
        self.endpoint = endpoint
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
        self.timeout = timeout
    }

    /// The URL without a signature.
    var url: String {
        let pairs = query.map { "\(PercentEncoding.encoded($0.name))=\(PercentEncoding.encoded($0.value))" }
        let suffix = pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&")
        return "\(endpoint.scheme)://\(endpoint.authority)\(path)\(suffix)"
    }
}
