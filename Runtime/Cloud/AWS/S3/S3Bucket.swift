/// Where a bucket's requests go.
struct S3Bucket: Sendable {
    let name: String
    private let endpoint: AWSEndpoint
    private let prefix: String

    /// Custom endpoints rarely know host names per bucket, and a name with a dot does not match their certificate.
    init(name: String, endpoint: AWSEndpoint) {
        self.name = name
        if endpoint.isCustom || name.contains(".") {
            self.endpoint = endpoint
            prefix = "/\(PercentEncoding.encoded(name))"
        } else {
            let authority = "\(name).\(endpoint.authority)"
            self.endpoint = AWSEndpoint(scheme: endpoint.scheme, authority: authority, isCustom: false)
            prefix = ""
        }
    }

    func request(
        _ operation: String,
        _ method: String,
        key: String = "",
        query: [(name: String, value: String)] = [],
        headers: HTTPHeaders = [:],
        body: [UInt8] = [],
        timeout: HTTPTimeout = .total(.seconds(30))
    ) -> AWSRequest {
        AWSRequest(
            operation: "s3.\(operation)",
            service: .s3,
            endpoint: endpoint,
            method: method,
            path: "\(prefix)/\(PercentEncoding.encoded(key, keepingSlashes: true))",
            query: query,
            headers: headers,
            body: body,
            timeout: timeout
        )
    }
}
