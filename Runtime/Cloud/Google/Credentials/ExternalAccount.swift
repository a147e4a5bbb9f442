internal import FoundationEssentials
internal import Pipeline

/// Workload identity federation: an identity from elsewhere is changed for an access token.
///
/// Source: AIP-4117, "External Account Credentials".
struct ExternalAccount: Sendable {
    private static let grant = "urn:ietf:params:oauth:grant-type:token-exchange"
    private static let accessTokenType = "urn:ietf:params:oauth:token-type:access_token"
    private static let lifetimeSeconds: Int64 = 3600

    private let audience: String
    private let subjectTokenType: String
    private let tokenURL: String
    private let impersonationURL: String?
    private let lifetimeSeconds: Int64
    private let source: SubjectTokenSource

    /// Reads a configuration.
    ///
    /// - Parameters:
    ///   - data: the file that `GOOGLE_APPLICATION_CREDENTIALS` names.
    ///   - path: of the file.
    /// - Throws: reject, where something is missing in it, or its tokens come from where they can't be had.
    init(_ data: Data, path: String) throws(Fault) {
        let file: File
        do { file = try JSONDecoder().decode(File.self, from: data) } catch {
            throw .reject(
                AccessTokenRequest.operation,
                "GOOGLE_APPLICATION_CREDENTIALS is an external account with something missing: \(path)",
                underlying: error
            )
        }
        for url in [file.tokenURL, file.impersonationURL].compactMap(\.self) where !url.hasPrefix("https://") {
            throw .reject(AccessTokenRequest.operation, "\(url) is asked for tokens and must begin with https: \(path)")
        }
        audience = file.audience
        subjectTokenType = file.subjectTokenType
        tokenURL = file.tokenURL
        impersonationURL = file.impersonationURL
        lifetimeSeconds = file.impersonation?.lifetimeSeconds ?? Self.lifetimeSeconds
        source = try SubjectTokenSource(file.source, path: path)
    }

    /// Gets the identity, and changes it for a token; for a service account's, where one is to be impersonated.
    ///
    /// - Parameters:
    ///   - http: the transport.
    ///   - start: Unix seconds.
    /// - Returns: the token.
    /// - Throws: retry, where something did not answer; reject, where it refused.
    func accessToken(_ http: any HTTPClient, at start: Int64) async throws(Fault) -> AccessToken {
        let exchange = TokenExchange(name: "the token endpoint", http: http)
        let request = HTTPRequest.form(
            tokenURL,
            [
                "grant_type": Self.grant,
                "audience": audience,
                "scope": AccessTokenRequest.scope,
                "requested_token_type": Self.accessTokenType,
                "subject_token_type": subjectTokenType,
                "subject_token": try await source.token(http),
            ]
        )
        let answer: AccessTokenRequest.Answer = try await exchange.json(request)
        guard let impersonationURL else { return answer.token(from: start) }
        return try await impersonate(impersonationURL, answer.accessToken, http)
    }

    private func impersonate(_ url: String, _ token: String, _ http: any HTTPClient) async throws(Fault) -> AccessToken
    {
        let input = Impersonation(scope: [AccessTokenRequest.scope], lifetime: "\(lifetimeSeconds)s")
        guard let body = try? JSONEncoder().encode(input) else {
            throw .reject(AccessTokenRequest.operation, "the request can't be written as JSON")
        }
        let request = HTTPRequest(
            method: "POST",
            url: url,
            headers: ["Content-Type": "application/json", "Authorization": "Bearer \(token)"],
            body: [UInt8](body),
            timeout: .total(AccessTokenRequest.timeout)
        )
        let answer: Impersonated = try await TokenExchange(name: "the impersonation", http: http).json(request)
        guard let expirySeconds = UnixTime.parse(rfc3339: answer.expireTime) else {
            throw .reject(AccessTokenRequest.operation, "the impersonation answered with a token without an end")
        }
        return AccessToken(value: answer.accessToken, expirySeconds: expirySeconds)
    }

    private struct Impersonation: Encodable {
        let scope: [String]
        let lifetime: String
    }

    private struct Impersonated: Decodable {
        let accessToken: String
        let expireTime: String
    }

    private struct File: Decodable {
        enum CodingKeys: String, CodingKey {
            case audience
            case subjectTokenType = "subject_token_type"
            case tokenURL = "token_url"
            case impersonationURL = "service_account_impersonation_url"
            case impersonation = "service_account_impersonation"
            case source = "credential_source"
        }
        struct ImpersonationOptions: Decodable {
            enum CodingKeys: String, CodingKey { case lifetimeSeconds = "token_lifetime_seconds" }
            let lifetimeSeconds: Int64?
        }
        let audience: String
        let subjectTokenType: String
        let tokenURL: String
        let impersonationURL: String?
        let impersonation: ImpersonationOptions?
        let source: SubjectTokenSource.File
    }
}
