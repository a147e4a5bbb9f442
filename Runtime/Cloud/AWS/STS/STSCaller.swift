internal import Pipeline

/// Takes on roles: credentials that hold for an hour or so.
struct STSCaller: Sendable {
    private static let version = "2011-06-15"

    private let client: AWSClient
    private let endpoint: AWSEndpoint

    /// Makes a caller.
    ///
    /// - Parameters:
    ///   - settings: the region and its endpoint.
    ///   - http: the transport.
    ///   - credentials: what calls are signed with; nil for those that carry a token of their own.
    ///   - now: Unix seconds.
    init(
        settings: AWSSettings,
        http: any HTTPClient,
        credentials: (any CredentialProvider)?,
        now: @escaping @Sendable () -> Int64
    ) {
        client = AWSClient(http: http, credentials: credentials, region: settings.region, now: now)
        endpoint = settings.sts
    }

    /// Takes on a role in exchange for another party's token; goes without a signature.
    func assumeRole(_ role: STSRole, webIdentityToken token: String) async throws(Fault) -> ExpiringCredentials {
        try await call("AssumeRoleWithWebIdentity", role.parameters + [("WebIdentityToken", token)])
    }

    /// Takes on a role by the caller's own credentials.
    func assumeRole(_ role: STSRole) async throws(Fault) -> ExpiringCredentials {
        try await call("AssumeRole", role.parameters)
    }

    private func call(
        _ action: String,
        _ parameters: [(name: String, value: String)]
    ) async throws(Fault) -> ExpiringCredentials {
        let pairs = [(name: "Action", value: action), (name: "Version", value: Self.version)] + parameters
        let form = pairs.map { "\($0.name)=\(PercentEncoding.encoded($0.value))" }.joined(separator: "&")
        let request = AWSRequest(
            operation: "sts.\(action)",
            service: .sts,
            endpoint: endpoint,
            method: "POST",
            headers: ["Content-Type": "application/x-www-form-urlencoded; charset=utf-8"],
            body: Array(form.utf8)
        )
        let body = try await client.call(request, atMost: 64 << 10).body
        let result = XMLDocument.root(body)?.all("\(action)Result").first?.all("Credentials").first
        guard let result, let id = result["AccessKeyId"], let secret = result["SecretAccessKey"],
            let token = result["SessionToken"], let expiry = result["Expiration"].flatMap(UnixTime.parse(rfc3339:))
        else { throw .reject(request.operation, "STS answered with something that is no credentials") }
        let credentials = SigningCredentials(accessKeyID: id, secretAccessKey: secret, sessionToken: token)
        return ExpiringCredentials(credentials: credentials, expirySeconds: expiry)
    }
}
