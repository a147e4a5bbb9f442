package import Logging

/// The run that a stage is called for, as whoever calls it keeps it: what is behind a ``StageContext``.
package protocol StageRun: Sendable {
    var objects: any ObjectStore { get }
    var catalog: any CatalogReader { get }
    var models: any ModelClient { get }
    var digester: any Digester { get }
    /// The same one each time.
    var scratch: any Scratch { get }
    var logger: Logger { get }
    var leaseLeft: Duration { get }

    /// Takes in how far the run has come, 0 to 1.
    func report(_ progress: Double)
}
