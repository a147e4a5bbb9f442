/// One stage's queue and limits.
package struct StageTopology: Codable, Sendable, Equatable {
    package let name: StageName
    /// The stages whose queues it may send to.
    package let sends: [StageName]
    /// How long a received message is hidden before the lease must be extended: 10 to 600 s, as Pub/Sub allows.
    package let leaseSeconds: Int
    /// How long a handler may take, extensions included: at most 7 days. SQS lets a message be held for 12 h; what takes longer
    /// goes on under another one.
    package let timeoutSeconds: Int
    /// How often a run is tried before it has failed for good: 1 to 100.
    package let attempts: Int
    /// Handlers at once in one process: 1 to 256.
    package let concurrency: Int
    /// See ``StageResources``: 0.25 to 16 processors.
    package let cpus: Double
    /// At least 256.
    package let memoryMB: Int
    package let minTasks: Int
    package let maxTasks: Int
    package let backlogPerTask: Int
    package let reads: [String]
    package let writes: [String]
    package let models: [String]

    package init<S: Stage>(_ stage: S.Type) {
        name = S.name
        sends = S.sends
        leaseSeconds = S.limits.leaseSeconds
        timeoutSeconds = S.limits.timeoutSeconds
        attempts = S.limits.attempts
        concurrency = S.limits.concurrency
        cpus = S.resources.cpus
        memoryMB = S.resources.memoryMB
        minTasks = S.resources.minTasks
        maxTasks = S.resources.maxTasks
        backlogPerTask = S.resources.backlogPerTask
        reads = S.resources.reads
        writes = S.resources.writes
        models = S.resources.models
    }

    func validate() throws(Fault) {
        try check("leaseSeconds", leaseSeconds, 10...600)
        try check("timeoutSeconds", timeoutSeconds, 1...604_800)
        try check("attempts", attempts, 1...100)
        try check("concurrency", concurrency, 1...256)
        try check("cpus", cpus, 0.25...16)
        try check("memoryMB", memoryMB, 256...122_880)
        try check("maxTasks", maxTasks, 1...10_000)
        try check("minTasks", minTasks, 0...maxTasks)
        try check("backlogPerTask", backlogPerTask, 1...1_000_000)
    }

    private func check<Value: Comparable & Sendable>(
        _ field: String,
        _ value: Value,
        _ allowed: ClosedRange<Value>
    ) throws(Fault) {
        guard !allowed.contains(value) else { return }
        throw .reject(
            "topology.decode",
            "\(name): \(field) is \(value), not in \(allowed.lowerBound) to \(allowed.upperBound)"
        )
    }
}
