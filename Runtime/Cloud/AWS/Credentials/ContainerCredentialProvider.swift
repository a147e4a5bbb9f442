internal import FoundationEssentials
package import Pipeline

/// Credentials of an ECS task or an EKS pod, from the agent beside it.
///
/// Source: "Container credential provider", AWS SDKs and tools reference guide.
package struct ContainerCredentialProvider: CredentialProvider {
    private static let operation = "aws.credentials"
    private static let attemptCount = 3
    private static let backOff = BackOff(base: .milliseconds(100), cap: .seconds(1), floor: .milliseconds(20))
    private static let timeout = Duration.seconds(2)
    /// The agents of ECS and EKS; anything else must be on loopback or speak TLS.
    private static let agents: Set<String> = ["169.254.170.2", "169.254.170.23", "[fd00:ec2::23]"]

    private let cache: CredentialCache

    /// Reads where the agent is; nil where the variables name none.
    ///
    /// - Parameters:
    ///   - environment: the process's variables.
    ///   - http: the transport.
    ///   - now: Unix seconds.
    /// - Throws: reject, where the variable's URL may not be trusted with a token.
    package init?(
        environment: [String: String],
        http: any HTTPClient,
        now: @escaping @Sendable () -> Int64 = UnixTime.now
    ) throws(Fault) {
        guard let url = try Self.url(environment) else { return nil }
        let token = environment["AWS_CONTAINER_AUTHORIZATION_TOKEN"]
        let tokenFile = environment["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"]
        cache = CredentialCache(now: now) {
            do throws(Fault) {
                return .success(try await Self.load(url, http) { () throws(Fault) in try Self.token(token, tokenFile) })
            } catch {
                return .failure(error)
            }
        }
    }

    package func credentials() async throws(Fault) -> SigningCredentials { try await cache.credentials() }

    private static func url(_ environment: [String: String]) throws(Fault) -> String? {
        if let path = environment["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"], !path.isEmpty {
            return "http://169.254.170.2\(path)"
        }
        guard let url = environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"], !url.isEmpty else { return nil }
        guard isTrusted(url) else {
            throw .reject(
                operation,
                "AWS_CONTAINER_CREDENTIALS_FULL_URI must be https, loopback or the container agent's address"
            )
        }
        return url
    }

    private static func isTrusted(_ url: String) -> Bool {
        let url = url.lowercased()
        guard !url.hasPrefix("https://") else { return true }
        guard url.hasPrefix("http://"), !url.contains("@") else { return false }
        let authority = url.dropFirst("http://".count).prefix { !"/?#".contains($0) }
        let host =
            authority.hasPrefix("[")
            ? String(authority.prefix { $0 != "]" }) + "]" : String(authority.prefix { $0 != ":" })
        let octets = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        let isLoopback = octets.count == 4 && octets[0] == 127 && !octets.contains(nil)
        return isLoopback || host == "localhost" || host == "[::1]" || agents.contains(host)
    }

    /// The file is read each time: its content changes.
    private static func token(_ token: String?, _ file: String?) throws(Fault) -> String? {
        guard let file, !file.isEmpty else { return token }
        guard let data = try? Data(contentsOf: URL(filePath: file)) else {
            throw .reject(operation, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE can't be read: \(file)")
        }
        return String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline).first.map(String.init)
    }

    private static func load(
        _ url: String,
        _ http: any HTTPClient,
        _ token: () throws(Fault) -> String?
    ) async throws(Fault) -> ExpiringCredentials {
        var attempt = 1
        while true {
            do throws(Fault) {
                return try await ask(url, http, token())
            } catch {
                guard attempt < attemptCount, error.faultClass != "reject" else { throw error }
            }
            var random = SystemRandomNumberGenerator()
            try? await Task.sleep(for: backOff.delay(afterAttempt: attempt, using: &random))
            attempt += 1
        }
    }

    private static func ask(
        _ url: String,
        _ http: any HTTPClient,
        _ token: String?
    ) async throws(Fault) -> ExpiringCredentials {
        var headers: HTTPHeaders = ["Accept": "application/json"]
        if let token { headers.append("Authorization", token) }
        let response = try await http.send(
            HTTPRequest(method: "GET", url: url, headers: headers, timeout: .total(timeout))
        )
        let body = try await response.body.collect(atMost: 64 << 10)
        guard response.status == 200 else {
            let reason = "the container's agent answered with status \(response.status)"
            guard response.status >= 500 || response.status == 429 else { throw .reject(operation, reason) }
            throw .retry(operation, underlying: AWSServiceError(status: response.status, code: "", message: reason))
        }
        guard let answer = try? JSONDecoder().decode(Answer.self, from: Data(body)),
            let expiry = UnixTime.parse(rfc3339: answer.expiration)
        else { throw .reject(operation, "the container's agent answered with something that is no credentials") }
        return ExpiringCredentials(
            credentials: SigningCredentials(
                accessKeyID: answer.accessKeyID,
                secretAccessKey: answer.secretAccessKey,
                sessionToken: answer.token
            ),
            expirySeconds: expiry
        )
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
