/// A run in an asset's ledger.
package struct LedgerRow: Hashable, Codable, Sendable {
    package let run: PlannedRun
    package let state: RunState
    package let attempts: Int
    /// 0 to 1; nil where the run does not tell.
    package let progress: Double?
    /// The last fault's text: why it failed, was skipped, or is tried again. Of a run that ended well, its note.
    package let reason: String?
    /// Since the last attempt began, until it ended or now; nil before the first.
    package let elapsedMilliseconds: Int?

    package init(
        run: PlannedRun,
        state: RunState,
        attempts: Int = 0,
        progress: Double? = nil,
        reason: String? = nil,
        elapsedMilliseconds: Int? = nil
    ) {
        self.run = run
        self.state = state
        self.attempts = attempts
        self.progress = progress
        self.reason = reason
        self.elapsedMilliseconds = elapsedMilliseconds
    }
}
