internal import FoundationEssentials
package import Pipeline

/// Access tokens from the file that `GOOGLE_APPLICATION_CREDENTIALS` names, a service account's key or an external
/// account; or else from the metadata server of the machine.
package struct GoogleCredentials: AccessTokenProvider {
    private typealias Ask = @Sendable (_ start: Int64) async throws(Fault) -> AccessToken

    private let cache: AccessTokenCache

    /// Finds the source.
    ///
    /// - Parameters:
    ///   - environment: the process's variables; `GCE_METADATA_HOST` names another metadata server.
    ///   - http: the transport.
    ///   - now: Unix seconds.
    ///   - pause: waits between attempts.
    /// - Throws: reject, where the file can't be used.
    package init(
        environment: [String: String],
        http: any HTTPClient,
        now: @escaping @Sendable () -> Int64 = UnixTime.now,
        pause: @escaping @Sendable (Duration) async -> Void = { try? await Task.sleep(for: $0) }
    ) throws(Fault) {
        let ask: Ask
        if let path = environment["GOOGLE_APPLICATION_CREDENTIALS"], !path.isEmpty {
            ask = try Self.file(path, http)
        } else {
            let host = environment["GCE_METADATA_HOST"].flatMap { $0.isEmpty ? nil : $0 } ?? "metadata.google.internal"
            ask = Self.metadataServer(host, http)
        }
        let request = AccessTokenRequest(now: now, pause: pause, ask: ask)
        cache = AccessTokenCache(now: now) { await request.load() }
    }

    package func accessToken() async throws(Fault) -> String { try await cache.accessToken() }

    private static func file(_ path: String, _ http: any HTTPClient) throws(Fault) -> Ask {
        struct Kind: Decodable { let type: String }
        let name = "GOOGLE_APPLICATION_CREDENTIALS"
        guard let data = try? Data(contentsOf: URL(filePath: path)) else {
            throw .reject(AccessTokenRequest.operation, "\(name) can't be read: \(path)")
        }
        switch (try? JSONDecoder().decode(Kind.self, from: data))?.type {
        case "service_account":
            let key = try ServiceAccountKey(path: path)
            let exchange = TokenExchange(name: "the token endpoint", http: http)
            return { start throws(Fault) in
                let request = HTTPRequest.form(
                    key.tokenURI,
                    [
                        "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer",
                        "assertion": try key.assertion(at: start),
                    ]
                )
                let answer: AccessTokenRequest.Answer = try await exchange.json(request)
                return answer.token(from: start)
            }
        case "external_account":
            let account = try ExternalAccount(data, path: path)
            return { start throws(Fault) in try await account.accessToken(http, at: start) }
        case let type:
            throw .reject(
                AccessTokenRequest.operation,
                "\(name) is \(type ?? "no credentials"), not a service_account's key or an external_account: \(path)"
            )
        }
    }

    private static func metadataServer(_ host: String, _ http: any HTTPClient) -> Ask {
        let name = "GOOGLE_APPLICATION_CREDENTIALS is not set, and the metadata server \(host)"
        let exchange = TokenExchange(name: name, http: http)
        let request = HTTPRequest(
            method: "GET",
            url: "http://\(host)/computeMetadata/v1/instance/service-accounts/default/token",
            headers: ["Metadata-Flavor": "Google"],
            timeout: .total(AccessTokenRequest.timeout)
        )
        return { start throws(Fault) in
            let answer: AccessTokenRequest.Answer = try await exchange.json(request)
            return answer.token(from: start)
        }
    }
}
