/// What the ledger says when a worker is about to run something.
package enum ClaimOutcome: Hashable, Sendable {
    /// The worker may run it, until another claims it.
    case granted(Claim)
    /// Another worker is at it.
    case busy
    /// It has ended, well or not: there is nothing to do.
    case closed
    /// The generation is not the current one, or the asset is gone.
    case stale
}

/// The right to commit one run, as long as its fence is the newest.
package struct Claim: Hashable, Codable, Sendable {
    package let run: RunKey
    /// One higher than any before it for this run.
    package let fence: Int64
    /// How often the run was begun, this time included.
    package let attempt: Int
    /// Whether the attempt before was never ended: its process was killed, or the handler ended it.
    package let isAfterCrash: Bool

    package init(run: RunKey, fence: Int64, attempt: Int, isAfterCrash: Bool = false) {
        self.run = run
        self.fence = fence
        self.attempt = attempt
        self.isAfterCrash = isAfterCrash
    }
}
