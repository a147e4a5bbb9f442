/// What becomes of a dead letter that was looked at.
package enum DeadLetterDecision: Sendable {
    /// It is given back.
    case keep
    /// It is taken off the queue for good.
    case remove
    /// It is given back, and no further one is looked at.
    case stop
}
