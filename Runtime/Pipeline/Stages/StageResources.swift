/// What one worker of a stage gets, how many of them there are, and what they may reach. The same numbers stand in
/// `infra/topology.json`; a test holds the two together, and the infrastructure is made from that file.
package struct StageResources: Sendable, Equatable {
    /// Of a worker's container; a part of one is a share.
    package let cpus: Double
    package let memoryMB: Int
    /// Workers that stay while nothing waits.
    package let minTasks: Int
    package let maxTasks: Int
    /// How many waiting messages call for one worker.
    package let backlogPerTask: Int
    /// Prefixes of the keys that it reads, payloads too large for a message aside.
    package let reads: [String]
    /// Prefixes of the keys that it writes, payloads too large for a message aside.
    package let writes: [String]
    /// Routes of models that it asks, as `MEDIA_MODELS` names them.
    package let models: [String]

    package init(
        cpus: Double = 0.25,
        memoryMB: Int = 512,
        minTasks: Int = 0,
        maxTasks: Int = 20,
        backlogPerTask: Int = 500,
        reads: [String] = [],
        writes: [String] = [],
        models: [String] = []
    ) {
        self.cpus = cpus
        self.memoryMB = memoryMB
        self.minTasks = minTasks
        self.maxTasks = maxTasks
        self.backlogPerTask = backlogPerTask
        self.reads = reads
        self.writes = writes
        self.models = models
    }
}

/// Prefixes of the bucket's keys.
package enum KeyPrefix {
    /// Where uploads go, by the lane that they take. Objects under other prefixes are not looked at: what the pipeline
    /// derives must not start it again.
    package static let uploads: [Lane: String] = [.interactive: "uploads/", .bulk: "bulk/"]
    /// Where uploads of either lane are.
    package static let anyUpload = ["uploads/", "bulk/"]
    /// What stages have made.
    package static let derived = "derived/"
    /// Events too large for a message.
    package static let payloads = "payloads/"
}
