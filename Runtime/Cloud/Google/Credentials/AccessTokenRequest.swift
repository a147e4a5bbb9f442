internal import FoundationEssentials
internal import Pipeline

/// Asks for an access token, some times where there is no answer.
struct AccessTokenRequest: Sendable {
    static let operation = "google.credentials"
    static let timeout = Duration.seconds(5)
    static let scope = "https://www.googleapis.com/auth/cloud-platform"
    private static let attemptCount = 3
    private static let backOff = BackOff(base: .milliseconds(200), cap: .seconds(2), floor: .milliseconds(20))

    let now: @Sendable () -> Int64
    let pause: @Sendable (Duration) async -> Void
    /// One try; given the time from before it, so that a token never ends later than it is thought to.
    let ask: @Sendable (_ start: Int64) async throws(Fault) -> AccessToken

    func load() async -> Result<AccessToken, Fault> {
        var attempt = 1
        while true {
            do throws(Fault) { return .success(try await ask(now())) } catch {
                guard attempt < Self.attemptCount, error.faultClass != "reject" else { return .failure(error) }
            }
            var random = SystemRandomNumberGenerator()
            await pause(Self.backOff.delay(afterAttempt: attempt, using: &random))
            attempt += 1
        }
    }

    /// A token as OAuth's endpoints and the metadata server answer it (RFC 6749, 5.1).
    struct Answer: Decodable {
        enum CodingKeys: String, CodingKey {
            case accessToken = "access_token"
            case lifetimeSeconds = "expires_in"
        }
        let accessToken: String
        let lifetimeSeconds: Int64

        func token(from start: Int64) -> AccessToken {
            AccessToken(value: accessToken, expirySeconds: start + lifetimeSeconds)
        }
    }
}

extension HTTPRequest {
    /// A form, as token endpoints take it.
    static func form(_ url: String, _ fields: KeyValuePairs<String, String>) -> HTTPRequest {
        let pairs = fields.map { "\($0.key)=\(PercentEncoding.encoded($0.value))" }
        return HTTPRequest(
            method: "POST",
            url: url,
            headers: ["Content-Type": "application/x-www-form-urlencoded"],
            body: Array(pairs.joined(separator: "&").utf8),
            timeout: .total(AccessTokenRequest.timeout)
        )
    }
}
