/// What the runtime does with a message whose work ended in an error.
package enum Verdict: Sendable, Equatable {
    /// The same work may succeed later; not before `after`, where it is known.
    case retry(after: Duration?)
    /// The service asks for less. Like a retry, and the caller slows down.
    case throttled(after: Duration?)
    /// The same work can never succeed: `reason` is what a person reads in the dead-letter queue.
    case reject(reason: String)
}

/// The one error type at every port: it names the operation that failed and says what is to be done.
package struct Fault: Error, Sendable {
    /// What was tried, as `service.Operation`: "sqs.ReceiveMessage", "probe.open".
    package let operation: String
    package let verdict: Verdict
    package let underlying: (any Error)?

    package init(operation: String, verdict: Verdict, underlying: (any Error)? = nil) {
        self.operation = operation
        self.verdict = verdict
        self.underlying = underlying
    }

    package static func retry(_ operation: String, after: Duration? = nil, underlying: (any Error)? = nil) -> Fault {
        Fault(operation: operation, verdict: .retry(after: after), underlying: underlying)
    }

    package static func reject(_ operation: String, _ reason: String, underlying: (any Error)? = nil) -> Fault {
        Fault(operation: operation, verdict: .reject(reason: reason), underlying: underlying)
    }

    /// The fault's class: a stable word for the ledger, metrics and dead letters.
    package var faultClass: String {
        switch verdict {
        case .retry: "retry"
        case .throttled: "throttled"
        case .reject: "reject"
        }
    }
}

extension Fault: CustomStringConvertible {
    package var description: String {
        let cause = underlying.map { ": \($0)" } ?? ""
        return switch verdict {
        case .retry: "\(operation) failed, may be tried again\(cause)"
        case .throttled: "\(operation) was throttled\(cause)"
        case .reject(let reason): "\(operation): \(reason)\(cause)"
        }
    }
}
