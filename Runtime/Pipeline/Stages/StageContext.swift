package import Logging

/// What a stage sees of the world while it handles one event.
package struct StageContext: Sendable {
    package let tenant: Tenant
    package let asset: AssetID
    package let generation: Int
    /// Counted from 1.
    package let attempt: Int
    private let run: any StageRun

    package init(tenant: Tenant, asset: AssetID, generation: Int, attempt: Int = 1, run: any StageRun) {
        self.tenant = tenant
        self.asset = asset
        self.generation = generation
        self.attempt = attempt
        self.run = run
    }

    package var objects: any ObjectStore { run.objects }
    package var catalog: any CatalogReader { run.catalog }
    package var models: any ModelClient { run.models }
    package var digester: any Digester { run.digester }
    /// For what the run sets aside; gone when it has ended.
    package var scratch: any Scratch { run.scratch }
    /// Its lines tell which asset and run they are about. Made when it is asked for.
    package var logger: Logger { run.logger }
    /// How long the message's lease holds if it is not extended again; it is, while the run is at work.
    package var leaseLeft: Duration { run.leaseLeft }

    /// Tells how far the run has come, 0 to 1. May be called often.
    package func progress(_ value: Double) { run.report(value) }
}
