package import Pipeline

/// Credentials of an EC2 instance's role, from its metadata service (IMDSv2 alone).
///
/// Source: "IMDS credential provider", AWS SDKs and tools reference guide. While the service is out, the last
/// credentials count on beyond their end: the services may still take them.
package struct InstanceCredentialProvider: CredentialProvider {
    private let cache: CredentialCache

    /// Reads where the service is; nil where `AWS_EC2_METADATA_DISABLED` forbids it.
    ///
    /// - Parameters:
    ///   - environment: the process's variables.
    ///   - http: the transport.
    ///   - now: Unix seconds.
    ///   - draw: a number of seconds from a range, by chance.
    /// - Throws: reject, where `AWS_EC2_METADATA_SERVICE_ENDPOINT` is no URL.
    package init?(
        environment: [String: String],
        http: any HTTPClient,
        now: @escaping @Sendable () -> Int64 = UnixTime.now,
        draw: @escaping @Sendable (ClosedRange<Int64>) -> Int64 = { Int64.random(in: $0) }
    ) throws(Fault) {
        guard environment["AWS_EC2_METADATA_DISABLED"]?.lowercased() != "true" else { return nil }
        let isIPv6 = environment["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"]?.lowercased() == "ipv6"
        var url = isIPv6 ? "http://[fd00:ec2::254]" : "http://169.254.169.254"
        if let custom = environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"], !custom.isEmpty {
            guard let endpoint = AWSEndpoint(url: custom) else {
                throw .reject(
                    LocalAgent.operation,
                    "AWS_EC2_METADATA_SERVICE_ENDPOINT must be http://host or http://host:port"
                )
            }
            url = "\(endpoint.scheme)://\(endpoint.authority)"
        }
        cache = CredentialCache(InstanceMetadata(url: url, http: http), extendsExpired: true, now: now, draw: draw)
    }

    package func credentials() async throws(Fault) -> SigningCredentials { try await cache.credentials() }
}
