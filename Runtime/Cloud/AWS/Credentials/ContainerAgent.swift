internal import FoundationEssentials
internal import Pipeline

/// The process beside a container that hands out its credentials.
struct ContainerAgent: Sendable {
    static let operation = "aws.credentials"
    private static let attemptCount = 3
    private static let backOff = BackOff(base: .milliseconds(100), cap: .seconds(1), floor: .milliseconds(20))
    private static let timeout = Duration.seconds(2)
    private static let answerByteCount = 64 << 10

    let url: String
    let http: any HTTPClient
    /// What the agent knows the container by, where it asks for that.
    let token: String?
    /// Read each time: its content changes. It comes before `token`.
    let tokenFile: String?

    /// Asks for credentials, some times where the agent does not answer.
    func load() async -> Result<ExpiringCredentials, Fault> {
        var attempt = 1
        while true {
            do throws(Fault) { return .success(try await ask()) } catch {
                guard attempt < Self.attemptCount, error.faultClass != "reject" else { return .failure(error) }
            }
            var random = SystemRandomNumberGenerator()
            try? await Task.sleep(for: Self.backOff.delay(afterAttempt: attempt, using: &random))
            attempt += 1
        }
    }

    private func ask() async throws(Fault) -> ExpiringCredentials {
        var headers: HTTPHeaders = ["Accept": "application/json"]
        if let token = try authorization() { headers.append("Authorization", token) }
        let request = HTTPRequest(method: "GET", url: url, headers: headers, timeout: .total(Self.timeout))
        let response = try await http.send(request)
        let body = try await response.body.collect(atMost: Self.answerByteCount)
        guard response.status == 200 else {
            let reason = "the container's agent answered with status \(response.status)"
            guard response.status >= 500 || response.status == 429 else { throw .reject(Self.operation, reason) }
            let error = AWSServiceError(status: response.status, code: "", message: reason)
            throw .retry(Self.operation, underlying: error)
        }
        guard let answer = try? JSONDecoder().decode(Answer.self, from: Data(body)),
            let expiry = UnixTime.parse(rfc3339: answer.expiration)
        else { throw .reject(Self.operation, "the container's agent answered with something that is no credentials") }
        return ExpiringCredentials(
            credentials: SigningCredentials(
                accessKeyID: answer.accessKeyID,
                secretAccessKey: answer.secretAccessKey,
                sessionToken: answer.token
            ),
            expirySeconds: expiry
        )
    }

    private func authorization() throws(Fault) -> String? {
        guard let tokenFile, !tokenFile.isEmpty else { return token }
        guard let data = try? Data(contentsOf: URL(filePath: tokenFile)) else {
            throw .reject(Self.operation, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE can't be read: \(tokenFile)")
        }
        return String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline).first.map(String.init)
    }

    private struct Answer: Decodable {
        enum CodingKeys: String, CodingKey {
            case accessKeyID = "AccessKeyId"
            case secretAccessKey = "SecretAccessKey"
            case token = "Token"
            case expiration = "Expiration"
        }
        let accessKeyID: String
        let secretAccessKey: String
        let token: String?
        let expiration: String
    }
}
