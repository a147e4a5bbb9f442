/// What became of a message.
package enum SettledOutcome: String, Sendable, CaseIterable {
    case done
    /// Done, and there was nothing to find.
    case empty
    case retry
    case throttled
    case rejected
    /// It was somebody else's by then.
    case lost
    /// The asset has newer bytes.
    case stale
}
