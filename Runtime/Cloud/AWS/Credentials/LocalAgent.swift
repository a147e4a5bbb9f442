internal import Pipeline

/// Exchanges with what hands out credentials on this machine: small, short, and tried a few times.
struct LocalAgent: Sendable {
    static let operation = "aws.credentials"
    private static let attemptCount = 3
    private static let backOff = BackOff(base: .milliseconds(100), cap: .seconds(1), floor: .milliseconds(20))
    private static let answerByteCount = 64 << 10

    /// As a fault calls it: "the container's agent".
    let name: String
    let http: any HTTPClient
    let timeout: Duration

    /// Sends a request and reads the answer.
    ///
    /// - Parameters:
    ///   - method: of the request.
    ///   - url: of the request.
    ///   - headers: of the request.
    /// - Returns: the body of an answer with status 200.
    /// - Throws: retry, where there was no answer, or one of 429 and 500 upwards; reject, for any other status.
    func answer(_ method: String, _ url: String, _ headers: HTTPHeaders) async throws(Fault) -> [UInt8] {
        let request = HTTPRequest(method: method, url: url, headers: headers, timeout: .total(timeout))
        let response: HTTPResponse
        let body: [UInt8]
        do throws(Fault) {
            response = try await http.send(request)
            body = try await response.body.collect(atMost: Self.answerByteCount)
        } catch {
            let reason = NoCredentials("\(name) did not answer: \(error)")
            throw Fault(operation: Self.operation, verdict: error.verdict, underlying: reason)
        }
        guard response.status != 200 else { return body }
        let reason = "\(name) answered \(method) with status \(response.status)"
        guard response.status >= 500 || response.status == 429 else { throw .reject(Self.operation, reason) }
        let error = AWSServiceError(status: response.status, code: "", message: reason)
        throw .retry(Self.operation, underlying: error)
    }

    /// Asks for credentials, some times where there is no answer.
    ///
    /// - Parameter ask: one try.
    /// - Returns: what the first good try brought.
    /// - Throws: as the last try does.
    func repeating(_ ask: () async throws(Fault) -> ExpiringCredentials) async throws(Fault) -> ExpiringCredentials {
        var attempt = 1
        while true {
            do throws(Fault) { return try await ask() } catch {
                guard attempt < Self.attemptCount, error.faultClass != "reject" else { throw error }
            }
            var random = SystemRandomNumberGenerator()
            try? await Task.sleep(for: Self.backOff.delay(afterAttempt: attempt, using: &random))
            attempt += 1
        }
    }
}
