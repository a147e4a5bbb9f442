import FoundationEssentials
import Logging
import Pipeline
import StageRuntime

/// A stage's surroundings in memory, in which a test says what happens when.
struct Simulation {
    let queues = MemoryQueues()
    let catalog = MemoryCatalog()
    let objects = MemoryObjectStore()

    static let asset: AssetID = "00000000-0000-8000-a000-000000000001"

    func world(catalog: (any Catalog)? = nil) -> World {
        World(
            tenant: "default",
            bucket: "media",
            build: "test",
            queues: { stage, _ in queues[stage.rawValue] },
            deadLetters: { queues["\($0)-dlq"] },
            objects: objects,
            catalog: catalog ?? self.catalog,
            models: MemoryModelClient(),
            digester: MemoryDigester(),
            now: { 0 },
            backOff: BackOff(base: .milliseconds(2), cap: .milliseconds(2), floor: .milliseconds(1)),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    /// An asset whose plan is one run of the stage.
    func register(_ stage: StageName) async throws {
        let source = ObjectReference(bucket: "media", key: "a", byteCount: 1, contentType: nil, digest: "d")
        let registration = AssetRegistration(
            asset: Self.asset,
            generation: 1,
            source: source,
            plan: try Plan([PlannedRun(RunName(stage))])
        )
        let run = RunKey(tenant: "default", asset: Self.asset, generation: 0, name: "ingest")
        try await catalog.write([.register(registration)], for: run)
    }

    func send(_ event: some Event, to stage: StageName) async throws {
        let envelope = Envelope(
            id: "1",
            tenant: "default",
            asset: Self.asset,
            generation: 1,
            sent: "2026-01-01T00:00:00Z",
            payload: event
        )
        _ = await queues[stage.rawValue].send([OutgoingMessage(body: try envelope.encoded())])
    }

    /// Delivers what the stage's queue holds now.
    func deliver(to runner: Runner, from stage: StageName = "echo") async throws {
        let queue = queues[stage.rawValue]
        for delivery in await queue.receive(atMost: 10, wait: .zero, lease: .seconds(30)) { await runner.run(delivery) }
    }
}
