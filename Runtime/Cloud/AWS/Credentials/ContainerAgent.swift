internal import FoundationEssentials
internal import Pipeline

/// The process beside a container that hands out its credentials.
struct ContainerAgent: CredentialSource {
    private let agent: LocalAgent
    private let url: String
    /// What the agent knows the container by, where it asks for that.
    private let token: String?
    /// Read each time: its content changes. It comes before `token`.
    private let tokenFile: String?

    init(url: String, http: any HTTPClient, token: String?, tokenFile: String?) {
        agent = LocalAgent(name: "the container's agent", http: http, timeout: .seconds(2))
        self.url = url
        self.token = token
        self.tokenFile = tokenFile
    }

    func load() async throws(Fault) -> ExpiringCredentials {
        try await agent.repeating(ask)
    }

    private func ask() async throws(Fault) -> ExpiringCredentials {
        var headers: HTTPHeaders = ["Accept": "application/json"]
        if let token = try authorization() { headers.append("Authorization", token) }
        guard let credentials = CredentialDocument.credentials(try await agent.answer("GET", url, headers)) else {
            throw .reject(LocalAgent.operation, "the container's agent answered with something that is no credentials")
        }
        return credentials
    }

    private func authorization() throws(Fault) -> String? {
        guard let tokenFile, !tokenFile.isEmpty else { return token }
        guard let data = try? Data(contentsOf: URL(filePath: tokenFile)) else {
            throw .reject(
                LocalAgent.operation,
                "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE can't be read: \(tokenFile)"
            )
        }
        return String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline).first.map(String.init)
    }
}
