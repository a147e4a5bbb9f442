internal import Pipeline

/// The metadata service of an EC2 instance, version 2: a session's token comes first.
struct InstanceMetadata: CredentialSource {
    private static let path = "/latest/meta-data/iam/security-credentials/"
    private static let sessionSeconds = 21_600

    private let agent: LocalAgent
    /// Without a slash at the end.
    private let url: String

    init(url: String, http: any HTTPClient) {
        agent = LocalAgent(name: "the metadata service", http: http, timeout: .seconds(1))
        self.url = url
    }

    func load() async throws(Fault) -> ExpiringCredentials {
        try await agent.repeating(ask)
    }

    /// Version 1 needs no token and is open to forged requests; where there is no token there are no credentials.
    private func ask() async throws(Fault) -> ExpiringCredentials {
        let seconds: HTTPHeaders = ["X-aws-ec2-metadata-token-ttl-seconds": String(Self.sessionSeconds)]
        let token = Self.line(try await agent.answer("PUT", "\(url)/latest/api/token", seconds))
        guard !token.isEmpty else { throw .reject(LocalAgent.operation, "the metadata service gave no token") }
        let session: HTTPHeaders = ["X-aws-ec2-metadata-token": token]
        let role = Self.line(try await agent.answer("GET", url + Self.path, session))
        guard !role.isEmpty else { throw .reject(LocalAgent.operation, "the instance has no role") }
        let roleURL = url + Self.path + PercentEncoding.encoded(role)
        guard let credentials = CredentialDocument.credentials(try await agent.answer("GET", roleURL, session)) else {
            throw .retry(LocalAgent.operation, underlying: NoCredentials("the metadata service gave none"))
        }
        return credentials
    }

    private static func line(_ bytes: [UInt8]) -> String {
        String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace).first.map(String.init) ?? ""
    }
}
