package import Pipeline

/// Credentials of an ECS task or an EKS pod, from the agent beside it.
///
/// Source: "Container credential provider", AWS SDKs and tools reference guide.
package struct ContainerCredentialProvider: CredentialProvider {
    /// The agents of ECS and EKS; anything else must be on loopback or speak TLS.
    private static let agents: Set<String> = ["169.254.170.2", "169.254.170.23", "[fd00:ec2::23]"]

    private let cache: CredentialCache

    /// Reads where the agent is; nil where the variables name none.
    ///
    /// - Parameters:
    ///   - environment: the process's variables.
    ///   - http: the transport.
    ///   - now: Unix seconds.
    /// - Throws: reject, where the variable's URL may not be trusted with a token.
    package init?(
        environment: [String: String],
        http: any HTTPClient,
        now: @escaping @Sendable () -> Int64 = UnixTime.now
    ) throws(Fault) {
        guard let url = try Self.url(environment) else { return nil }
        let agent = ContainerAgent(
            url: url,
            http: http,
            token: environment["AWS_CONTAINER_AUTHORIZATION_TOKEN"],
            tokenFile: environment["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"]
        )
        cache = CredentialCache(agent, now: now)
    }

    package func credentials() async throws(Fault) -> SigningCredentials { try await cache.credentials() }

    private static func url(_ environment: [String: String]) throws(Fault) -> String? {
        if let path = environment["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"], !path.isEmpty {
            return "http://169.254.170.2\(path)"
        }
        guard let url = environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"], !url.isEmpty else { return nil }
        guard isTrusted(url) else {
            throw .reject(
                LocalAgent.operation,
                "AWS_CONTAINER_CREDENTIALS_FULL_URI must be https, loopback or the container agent's address"
            )
        }
        return url
    }

    private static func isTrusted(_ url: String) -> Bool {
        let url = url.lowercased()
        guard !url.hasPrefix("https://") else { return true }
        guard url.hasPrefix("http://"), !url.contains("@") else { return false }
        let authority = url.dropFirst("http://".count).prefix { !"/?#".contains($0) }
        guard !authority.hasPrefix("[") else {
            let host = authority.prefix { $0 != "]" } + "]"
            return host == "[::1]" || agents.contains(String(host))
        }
        let host = String(authority.prefix { $0 != ":" })
        let octets = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        let isLoopback = octets.count == 4 && octets[0] == 127 && !octets.contains(nil)
        return isLoopback || host == "localhost" || agents.contains(host)
    }
}
