internal import Pipeline

/// A role, taken on by other credentials.
struct AssumedRoleSource: CredentialSource {
    let role: STSRole
    /// Signs with the other credentials.
    let caller: STSCaller

    func load() async throws(Fault) -> ExpiringCredentials { try await caller.assumeRole(role) }
}
