import Pipeline

/// Why a request is not answered with a result.
enum ServingError: Error, Equatable {
    /// The request is wrong; the text says how, for a person.
    case invalid(String)
    case notFound(String)
    /// The body has more bytes than are taken.
    case tooLarge(limitByteCount: Int)
    /// The model's queue is full.
    case busy(retryAfterSeconds: Int)
    /// The bodies of other requests take all the memory that there is for them.
    case overloaded(retryAfterSeconds: Int)
    /// The engines are not loaded yet, or not any more.
    case unready
    /// The deadline passed.
    case expired
    /// The client closed the connection: nobody reads this answer.
    case abandoned
    case failed(String)

    init(_ error: any Error) {
        switch error {
        case let error as ServingError:
            self = error
        case let fault as Fault:
            self =
                switch fault.verdict {
                case .reject(let reason): .invalid(reason)
                case .throttled: .busy(retryAfterSeconds: 1)
                case .retry: .failed(fault.description)
                }
        case is CancellationError:
            self = .abandoned
        default:
            self = .failed("\(error)")
        }
    }

    var status: Int {
        switch self {
        case .invalid: 400
        case .notFound: 404
        case .tooLarge: 413
        case .busy: 429
        case .abandoned: 499
        case .failed: 500
        case .unready, .overloaded: 503
        case .expired: 504
        }
    }

    var message: String {
        switch self {
        case .invalid(let text), .notFound(let text), .failed(let text): text
        case .tooLarge(let limit): "the body is over \(limit) bytes"
        case .busy: "the model's queue is full"
        case .overloaded: "the server holds as many bytes of requests as it may"
        case .abandoned: "the client closed the connection"
        case .unready: "the model is not loaded"
        case .expired: "the deadline passed before the work was done"
        }
    }

    var retryAfterSeconds: Int? {
        switch self {
        case .busy(let seconds), .overloaded(let seconds): seconds
        case .unready: 1
        default: nil
        }
    }
}
