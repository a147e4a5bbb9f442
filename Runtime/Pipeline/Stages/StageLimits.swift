/// What a stage may take. The same numbers stand in `infra/topology.json`; a test holds the two together.
package struct StageLimits: Sendable, Equatable {
    /// How long a received message is hidden before its lease must be extended.
    package let leaseSeconds: Int
    /// How long one run may take, extensions included.
    package let timeoutSeconds: Int
    /// How often a run is begun before it has failed for good.
    package let attempts: Int
    /// Runs at once in one process.
    package let concurrency: Int

    package init(leaseSeconds: Int = 60, timeoutSeconds: Int, attempts: Int = 8, concurrency: Int) {
        self.leaseSeconds = leaseSeconds
        self.timeoutSeconds = timeoutSeconds
        self.attempts = attempts
        self.concurrency = concurrency
    }
}
