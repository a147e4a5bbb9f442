internal import FoundationEssentials
internal import Pipeline

/// A role in exchange for the token in a file, such as a Kubernetes service account's.
struct WebIdentitySource: CredentialSource {
    private static let tokenByteCount = 20_000

    let role: STSRole
    /// Read each time: its content changes.
    let tokenFile: String
    let caller: STSCaller

    func load() async throws(Fault) -> ExpiringCredentials {
        try await caller.assumeRole(role, webIdentityToken: token())
    }

    private func token() throws(Fault) -> String {
        guard let data = try? Data(contentsOf: URL(filePath: tokenFile)) else {
            throw .reject(LocalAgent.operation, "the web identity's token file can't be read: \(tokenFile)")
        }
        let token = String(decoding: data, as: UTF8.self).split(whereSeparator: \.isWhitespace)
        guard let token = token.first, token.utf8.count <= Self.tokenByteCount else {
            throw .reject(LocalAgent.operation, "the web identity's token file holds no token: \(tokenFile)")
        }
        return String(token)
    }
}
