package import Pipeline

/// Where a run is tried again whose last attempt never ended: its handler may end any process that it is in.
package protocol Quarantine: Sendable {
    /// Handles and commits one run of a message, apart from all others.
    ///
    /// - Parameters:
    ///   - delivery: the message.
    ///   - claim: of the run; it is renewed meanwhile.
    ///   - lane: the message's.
    /// - Throws: the run's own fault; reject, where the run has ended its process again.
    func run(_ delivery: Delivery, _ claim: Claim, lane: Lane) async throws(Fault)
}
