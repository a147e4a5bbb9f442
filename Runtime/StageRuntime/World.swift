package import Logging
package import Pipeline

/// Everything outside the process that a worker talks to.
package struct World: Sendable {
    /// Of assets that come by object events.
    package let tenant: Tenant
    package let bucket: String
    /// Which build of the code this is; stands in the ledger and in dead letters.
    package let build: String
    package private(set) var queues: @Sendable (StageName, Lane) -> any Queue
    package let deadLetters: @Sendable (StageName) -> any Queue
    package let objects: any ObjectStore
    package let catalog: any Catalog
    package let models: any ModelClient
    package let digester: any Digester
    /// Milliseconds since 1970.
    package let now: @Sendable () -> Int64
    package let backOff: BackOff
    /// Where a run goes whose last attempt crashed; nil to run it like any other.
    package let quarantine: (any Quarantine)?
    package let metrics: StageMetrics
    package let trace: StageTrace
    /// Keeps deliveries as cases; nil where none are wanted.
    package var recorder: (any DeliveryRecorder)?
    package private(set) var logger: Logger

    package init(
        tenant: Tenant,
        bucket: String,
        build: String,
        queues: @escaping @Sendable (StageName, Lane) -> any Queue,
        deadLetters: @escaping @Sendable (StageName) -> any Queue,
        objects: any ObjectStore,
        catalog: any Catalog,
        models: any ModelClient,
        digester: any Digester,
        now: @escaping @Sendable () -> Int64,
        backOff: BackOff = BackOff(base: .seconds(1), cap: .seconds(120), floor: .milliseconds(500)),
        quarantine: (any Quarantine)? = nil,
        metrics: StageMetrics = .off,
        trace: StageTrace = .off,
        logger: Logger
    ) {
        self.tenant = tenant
        self.bucket = bucket
        self.build = build
        self.queues = queues
        self.deadLetters = deadLetters
        self.objects = objects
        self.catalog = catalog
        self.models = models
        self.digester = digester
        self.now = now
        self.backOff = backOff
        self.quarantine = quarantine
        self.metrics = metrics
        self.trace = trace
        self.logger = logger
    }
}

extension World {
    /// The same world with other queues, and another logger where one is given.
    package func with(
        logger: Logger? = nil,
        queues: @escaping @Sendable (StageName, Lane) -> any Queue
    ) -> World {
        var world = self
        world.queues = queues
        if let logger { world.logger = logger }
        return world
    }

    var setting: StageSetting { StageSetting(tenant: tenant, bucket: bucket, digester: digester) }
}
