internal import FoundationEssentials
internal import Pipeline

/// Small exchanges with what hands out tokens: a token endpoint, a metadata server, a provider of identities.
struct TokenExchange: Sendable {
    private static let answerByteCount = 64 << 10
    private static let descriptionLength = 300

    /// As a fault calls it: "the token endpoint".
    let name: String
    let http: any HTTPClient

    /// Sends a request and reads the answer.
    ///
    /// - Returns: the body of an answer with status 200.
    /// - Throws: retry, where there was no answer, or one of 429 and 500 upwards; reject, for any other status.
    func answer(to request: HTTPRequest) async throws(Fault) -> [UInt8] {
        let operation = AccessTokenRequest.operation
        let status: Int
        let body: [UInt8]
        do throws(Fault) {
            let response = try await http.send(request)
            status = response.status
            body = try await response.body.collect(atMost: Self.answerByteCount)
        } catch {
            let reason = TokenExchangeError("\(name) did not answer: \(error)")
            throw Fault(operation: operation, verdict: error.verdict, underlying: reason)
        }
        guard status != 200 else { return body }
        let reason = "\(name) answered with status \(status)\(Self.description(of: body))"
        guard status < 500, status != 429 else { throw .retry(operation, underlying: TokenExchangeError(reason)) }
        throw .reject(operation, reason)
    }

    /// Sends a request and reads the answer as JSON.
    ///
    /// - Returns: the answer.
    /// - Throws: as ``answer(to:)``; reject, where the answer is another.
    func json<Output: Decodable>(_ request: HTTPRequest) async throws(Fault) -> Output {
        let body = try await answer(to: request)
        guard let output = try? JSONDecoder().decode(Output.self, from: Data(body)) else {
            throw .reject(AccessTokenRequest.operation, "\(name) answered with something that is no token")
        }
        return output
    }

    /// What OAuth says of an error (RFC 6749, 5.2); nothing else of an answer is shown, it may hold a secret.
    private static func description(of body: [UInt8]) -> String {
        struct Refusal: Decodable {
            enum CodingKeys: String, CodingKey {
                case error
                case description = "error_description"
            }
            let error: String
            let description: String?
        }
        guard let refusal = try? JSONDecoder().decode(Refusal.self, from: Data(body)) else { return "" }
        let parts = [refusal.error, refusal.description].compactMap(\.self)
        return ": " + String(parts.joined(separator: ": ").prefix(descriptionLength))
    }
}

/// Why there was no token, for a person.
struct TokenExchangeError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
