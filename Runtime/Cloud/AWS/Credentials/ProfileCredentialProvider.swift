package import Pipeline

/// The profile that `AWS_PROFILE` names, or "default", from the shared config and credentials files.
package struct ProfileCredentialProvider: CredentialProvider {
    private let provider: any CredentialProvider

    /// Reads the files; nil where no profile is named and the default one has no credentials.
    ///
    /// - Parameters:
    ///   - environment: the process's variables; an empty one counts as not set.
    ///   - http: the transport to STS and to agents.
    ///   - processTimeLimit: how long a `credential_process` may run.
    ///   - now: Unix seconds.
    /// - Throws: reject, where a file is not in the grammar, or the profile is not there or contradicts itself.
    package init?(
        environment: [String: String],
        http: any HTTPClient,
        processTimeLimit: Duration = .seconds(60),
        now: @escaping @Sendable () -> Int64 = UnixTime.now
    ) throws(Fault) {
        let named = environment["AWS_PROFILE"].flatMap { $0.isEmpty ? nil : $0 }
        let resolver = ProfileResolver(
            profiles: try SharedProfiles(environment: environment),
            environment: environment,
            http: http,
            now: now,
            timeLimit: processTimeLimit
        )
        if let found = try resolver.provider(named ?? "default") {
            provider = found
        } else if let named {
            throw .reject(LocalAgent.operation, "AWS_PROFILE is '\(named)'; that profile is not there or has no keys")
        } else {
            return nil
        }
    }

    package func credentials() async throws(Fault) -> SigningCredentials { try await provider.credentials() }
}
