internal import FoundationEssentials
internal import Pipeline

/// Asks a token endpoint or a metadata server for an access token, some times where it does not answer.
struct AccessTokenRequest: Sendable {
    static let operation = "google.credentials"
    private static let attemptCount = 3
    private static let backOff = BackOff(base: .milliseconds(200), cap: .seconds(2), floor: .milliseconds(20))
    private static let answerByteCount = 64 << 10

    let http: any HTTPClient
    let now: @Sendable () -> Int64
    let pause: @Sendable (Duration) async -> Void
    /// Made anew for every attempt: a signed one is bound to the time.
    let request: @Sendable () -> Result<HTTPRequest, Fault>

    func load() async -> Result<AccessToken, Fault> {
        var attempt = 1
        while true {
            do throws(Fault) { return .success(try await ask()) } catch {
                guard attempt < Self.attemptCount, error.faultClass != "reject" else { return .failure(error) }
            }
            var random = SystemRandomNumberGenerator()
            await pause(Self.backOff.delay(afterAttempt: attempt, using: &random))
            attempt += 1
        }
    }

    private func ask() async throws(Fault) -> AccessToken {
        // Counted from before the request: a token never ends later than it is thought to.
        let start = now()
        let response = try await http.send(try request().get())
        let body = try await response.body.collect(atMost: Self.answerByteCount)
        guard response.status == 200 else {
            let reason = "the token endpoint answered with status \(response.status)"
            guard response.status < 500, response.status != 429 else { throw .retry(Self.operation) }
            throw .reject(Self.operation, reason)
        }
        guard let answer = try? JSONDecoder().decode(Answer.self, from: Data(body)) else {
            throw .reject(Self.operation, "the token endpoint answered with something that is no token")
        }
        return AccessToken(value: answer.accessToken, expirySeconds: start + answer.lifetimeSeconds)
    }

    private struct Answer: Decodable {
        enum CodingKeys: String, CodingKey {
            case accessToken = "access_token"
            case lifetimeSeconds = "expires_in"
        }
        let accessToken: String
        let lifetimeSeconds: Int64
    }
}
