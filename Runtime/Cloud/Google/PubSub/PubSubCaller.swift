internal import FoundationEssentials
internal import Pipeline

/// Calls methods of Pub/Sub's REST interface, version 1: JSON in, JSON out.
package struct PubSubCaller: Sendable {
    private static let attemptCount = 3
    private static let timeout = Duration.seconds(10)
    private static let backOff = BackOff(base: .milliseconds(500), cap: .seconds(20), floor: .milliseconds(20))
    /// A pull's answer: messages of 10 MB, a third longer in base64.
    private static let answerByteCount = 16 << 20

    private let http: any HTTPClient
    private let endpoint: PubSubEndpoint
    private let tokens: (any AccessTokenProvider)?
    let pause: @Sendable (Duration) async -> Void

    /// Makes a caller.
    ///
    /// - Parameters:
    ///   - http: the transport.
    ///   - endpoint: the service or an emulator.
    ///   - tokens: asked before every request; nil for an emulator.
    ///   - pause: waits between attempts; returns early where the task is cancelled.
    package init(
        http: any HTTPClient,
        endpoint: PubSubEndpoint,
        tokens: (any AccessTokenProvider)?,
        pause: @escaping @Sendable (Duration) async -> Void = { try? await Task.sleep(for: $0) }
    ) {
        self.http = http
        self.endpoint = endpoint
        self.tokens = tokens
        self.pause = pause
    }

    /// Calls a method, again where that may help.
    ///
    /// - Parameters:
    ///   - operation: "pull"; what a fault names.
    ///   - method: of HTTP.
    ///   - path: "projects/P/subscriptions/S:pull".
    ///   - input: the request's body; nil for none.
    /// - Returns: the answer.
    /// - Throws: as the service's error says, see ``GoogleServiceError/verdict``.
    func call<Output: Decodable & Sendable>(
        _ operation: String,
        _ method: String,
        _ path: String,
        _ input: (any Encodable & Sendable)?
    ) async throws(Fault) -> Output {
        var attempt = 1
        while true {
            do throws(Fault) {
                return try await callOnce(operation, method, path, input, timeout: Self.timeout)
            } catch {
                // What is said of single ids is for the caller to try again.
                let isAboutIDs = error.googleError.map { !$0.metadata.isEmpty } ?? false
                guard attempt < Self.attemptCount, error.faultClass != "reject", !isAboutIDs, !Task.isCancelled else {
                    throw error
                }
            }
            var random = SystemRandomNumberGenerator()
            await pause(Self.backOff.delay(afterAttempt: attempt, using: &random))
            attempt += 1
        }
    }

    /// Calls a method once.
    ///
    /// - Parameters:
    ///   - operation: "pull"; what a fault names.
    ///   - method: of HTTP.
    ///   - path: "projects/P/subscriptions/S:pull".
    ///   - input: the request's body; nil for none.
    ///   - timeout: for the whole exchange.
    /// - Returns: the answer.
    /// - Throws: as the service's error says, see ``GoogleServiceError/verdict``.
    func callOnce<Output: Decodable & Sendable>(
        _ operation: String,
        _ method: String,
        _ path: String,
        _ input: (any Encodable & Sendable)?,
        timeout: Duration
    ) async throws(Fault) -> Output {
        let name = "pubsub.\(operation)"
        var headers: HTTPHeaders = ["Content-Type": "application/json"]
        if let tokens { headers.append("Authorization", "Bearer \(try await tokens.accessToken())") }
        let request = HTTPRequest(
            method: method,
            url: "\(endpoint.url)/v1/\(path)",
            headers: headers,
            body: try body(input, name),
            timeout: .total(timeout)
        )
        let status: Int
        let answer: [UInt8]
        do throws(Fault) {
            let response = try await http.send(request)
            status = response.status
            answer = try await response.body.collect(atMost: Self.answerByteCount)
        } catch {
            throw Fault(operation: name, verdict: error.verdict, underlying: error)
        }
        guard status < 300 else {
            let error = GoogleServiceError(status: status, body: answer)
            throw Fault(operation: name, verdict: error.verdict, underlying: error)
        }
        do { return try JSONDecoder().decode(Output.self, from: answer.isEmpty ? Data("{}".utf8) : Data(answer)) } catch
        {
            throw .retry(name, underlying: error)
        }
    }

    private func body(_ input: (any Encodable & Sendable)?, _ name: String) throws(Fault) -> [UInt8] {
        guard let input else { return [] }
        guard let body = try? JSONEncoder().encode(input) else {
            throw .reject(name, "the request can't be written as JSON")
        }
        return [UInt8](body)
    }
}

extension Fault {
    /// The service's own error, where there was one.
    var googleError: GoogleServiceError? { underlying as? GoogleServiceError }
}
