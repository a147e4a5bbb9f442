/// How far a run has come.
package enum RunState: String, Codable, Sendable {
    case pending
    /// Begun and not ended: at work, waiting for its next try, or broken off.
    case running
    case done
    /// Ended well and found nothing.
    case empty
    /// The run it waits for has failed.
    case skipped
    /// Ended for good, with a reason.
    case failed
    /// The asset has a newer generation or is gone.
    case stale

    /// Whether nothing more will happen.
    package var isClosed: Bool { self != .pending && self != .running }
}
