package import Pipeline

/// `AWS_WEB_IDENTITY_TOKEN_FILE`, `AWS_ROLE_ARN` and, where there is one, `AWS_ROLE_SESSION_NAME`.
///
/// Source: "Assume role credential provider", AWS SDKs and tools reference guide.
package struct WebIdentityCredentialProvider: CredentialProvider {
    private let cache: CredentialCache

    /// Reads the variables; nil where there is no token file.
    ///
    /// - Parameters:
    ///   - environment: the process's variables; an empty one counts as not set.
    ///   - http: the transport to STS.
    ///   - now: Unix seconds.
    /// - Throws: reject, where there is a token file without a role, or no region.
    package init?(
        environment: [String: String],
        http: any HTTPClient,
        now: @escaping @Sendable () -> Int64 = UnixTime.now
    ) throws(Fault) {
        guard let file = environment["AWS_WEB_IDENTITY_TOKEN_FILE"], !file.isEmpty else { return nil }
        guard let arn = environment["AWS_ROLE_ARN"], !arn.isEmpty else {
            throw .reject(LocalAgent.operation, "AWS_WEB_IDENTITY_TOKEN_FILE is set, AWS_ROLE_ARN is not; set both")
        }
        let settings = try AWSSettings(environment: environment)
        let source = WebIdentitySource(
            role: STSRole(arn: arn, sessionName: environment["AWS_ROLE_SESSION_NAME"]),
            tokenFile: file,
            caller: STSCaller(settings: settings, http: http, credentials: nil, now: now)
        )
        cache = CredentialCache(source, now: now)
    }

    package func credentials() async throws(Fault) -> SigningCredentials { try await cache.credentials() }
}
