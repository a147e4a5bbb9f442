import Hummingbird
import Pipeline

/// Why a request was not answered, in the shape of RFC 9457.
struct Problem: Error, Sendable {
    let status: HTTPResponse.Status
    let detail: String
    let retryAfterSeconds: Int?

    static func badRequest(_ detail: String) -> Problem {
        Problem(status: .badRequest, detail: detail, retryAfterSeconds: nil)
    }

    static func notFound(_ detail: String) -> Problem {
        Problem(status: .notFound, detail: detail, retryAfterSeconds: nil)
    }

    static func unavailable(_ detail: String) -> Problem {
        Problem(status: .serviceUnavailable, detail: detail, retryAfterSeconds: 2)
    }

    /// What may be told of any error: its cause stays in the log.
    init(_ error: any Error) {
        switch error {
        case let problem as Problem:
            self = problem
        case let fault as Fault where fault.verdict.isReject:
            self.init(status: .internalServerError, detail: "the request could not be answered", retryAfterSeconds: nil)
        case is Fault, is DeadlineExceeded:
            self = .unavailable("the record does not answer at the moment")
        case let error as any HTTPResponseError:
            self.init(status: error.status, detail: error.status.reasonPhrase, retryAfterSeconds: nil)
        default:
            self.init(status: .internalServerError, detail: "the request could not be answered", retryAfterSeconds: nil)
        }
    }

    private init(status: HTTPResponse.Status, detail: String, retryAfterSeconds: Int?) {
        self.status = status
        self.detail = detail
        self.retryAfterSeconds = retryAfterSeconds
    }
}

extension Problem: ResponseEncodable {
    private enum CodingKeys: String, CodingKey {
        case type, title, status, detail
    }

    func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        // "about:blank": the status code says it all.
        try fields.encode("about:blank", forKey: .type)
        try fields.encode(status.reasonPhrase, forKey: .title)
        try fields.encode(status.code, forKey: .status)
        try fields.encode(detail, forKey: .detail)
    }
}

extension Verdict {
    fileprivate var isReject: Bool {
        if case .reject = self { true } else { false }
    }
}
