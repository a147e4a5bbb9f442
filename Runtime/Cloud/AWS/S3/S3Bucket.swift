/// Where a bucket's requests go.
struct S3Bucket: Sendable {
    let name: String
    let store: S3Endpoint
    private let endpoint: AWSEndpoint
    private let prefix: String

    /// A name with a dot does not match the certificate of a host.
    init(name: String, endpoint store: S3Endpoint) {
        self.name = name
        self.store = store
        let endpoint = store.endpoint
        if store.addressing == .path || (name.contains(".") && endpoint.scheme == "https") {
            self.endpoint = endpoint
            prefix = "/\(PercentEncoding.encoded(name))"
        } else {
            let authority = "\(name).\(endpoint.authority)"
            self.endpoint = AWSEndpoint(scheme: endpoint.scheme, authority: authority, isCustom: endpoint.isCustom)
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
            service: store.dialect.service,
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
