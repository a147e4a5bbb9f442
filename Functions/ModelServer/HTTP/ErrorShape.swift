import Hummingbird

/// How a protocol writes its errors.
enum ErrorShape: Sendable {
    case openAI
    case kServe

    func response(_ error: ServingError) -> Response {
        var response: Response
        switch self {
        case .openAI: response = .json(OpenAIError(error), status: error.status)
        case .kServe: response = .json(KServeError(error: error.message), status: error.status)
        }
        if let seconds = error.retryAfterSeconds { response.headers[.retryAfter] = String(seconds) }
        return response
    }
}

private struct OpenAIError: Encodable {
    struct Body: Encodable {
        let message: String
        let type: String
        let code: String?
    }

    let error: Body

    init(_ error: ServingError) {
        let (type, code): (String, String?) =
            switch error {
            case .invalid, .tooLarge, .abandoned: ("invalid_request_error", nil)
            case .notFound: ("invalid_request_error", "model_not_found")
            case .busy: ("rate_limit_error", "rate_limit_exceeded")
            case .unready, .overloaded, .expired, .failed: ("server_error", nil)
            }
        self.error = Body(message: error.message, type: type, code: code)
    }
}

private struct KServeError: Encodable {
    let error: String
}
