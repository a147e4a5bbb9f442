package import Pipeline

/// The first source that the environment names: its own variables, a web identity, a profile of the shared files, the
/// container's agent, the instance's role.
package struct DefaultCredentialProvider: CredentialProvider {
    private let provider: any CredentialProvider

    /// Finds the source.
    ///
    /// - Parameters:
    ///   - environment: the process's variables.
    ///   - http: the transport to the source.
    ///   - now: Unix seconds.
    /// - Throws: reject, with one line that says what to set.
    package init(
        environment: [String: String],
        http: any HTTPClient,
        now: @escaping @Sendable () -> Int64 = UnixTime.now
    ) throws(Fault) {
        if let variables = try EnvironmentCredentialProvider(environment: environment) {
            provider = variables
        } else if let identity = try WebIdentityCredentialProvider(environment: environment, http: http, now: now) {
            provider = identity
        } else if let profile = try ProfileCredentialProvider(environment: environment, http: http, now: now) {
            provider = profile
        } else if let container = try ContainerCredentialProvider(environment: environment, http: http, now: now) {
            provider = container
        } else if let instance = try InstanceCredentialProvider(environment: environment, http: http, now: now) {
            provider = instance
        } else {
            throw .reject(
                "aws.credentials",
                "there are no AWS credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run with a task role"
            )
        }
    }

    package func credentials() async throws(Fault) -> SigningCredentials { try await provider.credentials() }
}
