internal import Pipeline

/// What a process in quarantine answers: how the run ended.
struct QuarantineVerdict: Codable, Sendable {
    let operation: String?
    let faultClass: String?
    let reason: String?
    let afterMilliseconds: Int64?

    /// The run has ended well, or with this fault.
    init(_ fault: Fault?) {
        operation = fault?.operation
        faultClass = fault?.faultClass
        switch fault?.verdict {
        case .reject(let reason):
            self.reason = reason
            afterMilliseconds = nil
        case .retry(let after), .throttled(let after):
            reason = fault?.underlying.map { "\($0)" }
            afterMilliseconds = after.map { Int64($0 / .milliseconds(1)) }
        case nil:
            reason = nil
            afterMilliseconds = nil
        }
    }

    var fault: Fault? {
        guard let operation else { return nil }
        let after = afterMilliseconds.map { Duration.milliseconds($0) }
        let cause = reason.map { QuarantinedError(description: $0) }
        return switch faultClass {
        case "reject": .reject(operation, reason ?? "no reason was given")
        case "throttled": Fault(operation: operation, verdict: .throttled(after: after), underlying: cause)
        default: .retry(operation, after: after, underlying: cause)
        }
    }
}

/// An error of another process, in its words.
struct QuarantinedError: Error, CustomStringConvertible {
    let description: String
}
