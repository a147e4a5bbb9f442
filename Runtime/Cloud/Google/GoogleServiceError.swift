internal import FoundationEssentials
package import Pipeline

/// An error as Google's services write it (google.rpc.Status).
package struct GoogleServiceError: Error, Sendable {
    package let status: Int
    /// "NOT_FOUND"; empty where the answer was no error of the service's own.
    package let code: String
    package let message: String
    /// Of the error's ErrorInfo: on exactly-once subscriptions, what became of each ack id that failed.
    package let metadata: [String: String]

    init(status: Int, body: [UInt8]) {
        let answer = try? JSONDecoder().decode(Answer.self, from: Data(body))
        self.status = status
        code = answer?.error.status ?? ""
        message = answer?.error.message ?? ""
        metadata = answer?.error.details?.first { $0.metadata != nil }?.metadata ?? [:]
    }

    /// What a caller does about it.
    package var verdict: Verdict {
        switch status {
        case 429: .throttled(after: nil)
        case 401, 408, 409, 500...: .retry(after: nil)
        default: .reject(reason: message.isEmpty ? "the service answered with status \(status)" : message)
        }
    }

    private struct Answer: Decodable {
        struct Content: Decodable {
            let status: String?
            let message: String?
            let details: [Detail]?
        }
        struct Detail: Decodable { let metadata: [String: String]? }
        let error: Content
    }
}

extension GoogleServiceError: CustomStringConvertible {
    package var description: String { "status \(status) \(code): \(message)" }
}
