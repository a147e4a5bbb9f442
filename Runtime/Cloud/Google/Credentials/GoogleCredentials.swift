package import Pipeline

/// Access tokens from the service account's key file that `GOOGLE_APPLICATION_CREDENTIALS` names, or else from the
/// metadata server of the machine.
package struct GoogleCredentials: AccessTokenProvider {
    private static let timeout = Duration.seconds(5)

    private let cache: AccessTokenCache

    /// Finds the source.
    ///
    /// - Parameters:
    ///   - environment: the process's variables; `GCE_METADATA_HOST` names another metadata server.
    ///   - http: the transport.
    ///   - now: Unix seconds.
    ///   - pause: waits between attempts.
    /// - Throws: reject, where the key file can't be used.
    package init(
        environment: [String: String],
        http: any HTTPClient,
        now: @escaping @Sendable () -> Int64 = UnixTime.now,
        pause: @escaping @Sendable (Duration) async -> Void = { try? await Task.sleep(for: $0) }
    ) throws(Fault) {
        let make: @Sendable () -> Result<HTTPRequest, Fault>
        if let path = environment["GOOGLE_APPLICATION_CREDENTIALS"], !path.isEmpty {
            let key = try ServiceAccountKey(path: path)
            make = { Self.keyRequest(key, now()) }
        } else {
            let host = environment["GCE_METADATA_HOST"].flatMap { $0.isEmpty ? nil : $0 } ?? "metadata.google.internal"
            make = { .success(Self.metadataRequest(host)) }
        }
        let request = AccessTokenRequest(http: http, now: now, pause: pause, request: make)
        cache = AccessTokenCache(now: now) { await request.load() }
    }

    package func accessToken() async throws(Fault) -> String { try await cache.accessToken() }

    private static func keyRequest(_ key: ServiceAccountKey, _ now: Int64) -> Result<HTTPRequest, Fault> {
        do throws(Fault) {
            let grant = "urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer"
            let form = "grant_type=\(grant)&assertion=\(try key.assertion(at: now))"
            return .success(
                HTTPRequest(
                    method: "POST",
                    url: key.tokenURI,
                    headers: ["Content-Type": "application/x-www-form-urlencoded"],
                    body: Array(form.utf8),
                    timeout: .total(timeout)
                )
            )
        } catch {
            return .failure(error)
        }
    }

    private static func metadataRequest(_ host: String) -> HTTPRequest {
        HTTPRequest(
            method: "GET",
            url: "http://\(host)/computeMetadata/v1/instance/service-accounts/default/token",
            headers: ["Metadata-Flavor": "Google"],
            timeout: .total(timeout)
        )
    }
}
