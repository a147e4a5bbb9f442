package import Logging

/// What a stage sees of the world while it handles one event.
package struct StageContext: Sendable {
    package let tenant: Tenant
    package let asset: AssetID
    package let generation: Int
    /// Counted from 1.
    package let attempt: Int
    package let objects: any ObjectStore
    package let catalog: any CatalogReader
    package let models: any ModelClient
    package let digester: any Digester
    package let scratch: any Scratch
    private let makeLogger: @Sendable () -> Logger
    /// How long the message's lease holds if it is not extended again; it is, while the run is at work.
    package let leaseLeft: @Sendable () -> Duration
    /// Tells how far the run has come, 0 to 1. May be called often.
    package let progress: @Sendable (Double) -> Void

    package init(
        tenant: Tenant,
        asset: AssetID,
        generation: Int,
        attempt: Int = 1,
        objects: any ObjectStore,
        catalog: any CatalogReader,
        models: any ModelClient,
        digester: any Digester,
        scratch: any Scratch,
        logger: @autoclosure @escaping @Sendable () -> Logger,
        leaseLeft: @escaping @Sendable () -> Duration = { .zero },
        progress: @escaping @Sendable (Double) -> Void = { _ in }
    ) {
        self.tenant = tenant
        self.asset = asset
        self.generation = generation
        self.attempt = attempt
        self.objects = objects
        self.catalog = catalog
        self.models = models
        self.digester = digester
        self.scratch = scratch
        self.makeLogger = logger
        self.leaseLeft = leaseLeft
        self.progress = progress
    }

    /// Its lines tell which asset and run they are about. Made when it is asked for.
    package var logger: Logger { makeLogger() }
}
