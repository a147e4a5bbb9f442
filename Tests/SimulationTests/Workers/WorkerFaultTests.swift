import Logging
import Pipeline
import Testing

@testable import StageRuntime

/// Workers in real time: a seed draws the faults, the machine their order.
@Suite struct WorkerFaultTests {
    private static let asset: AssetID = "00000000-0000-8000-a000-000000000001"
    private static let seeds: Range<UInt64> = 0..<48
    private static let messageCount = 15
    private static let grace: Duration = .milliseconds(30)
    /// What a machine with other work may add.
    private static let slack: Duration = .seconds(5)

    @Test func aWorkerKeepsToItsSlotsAndEndsInTimeWhateverItsQueuesAndHandlersDo() async throws {
        let violations = try await withThrowingTaskGroup(of: [String].self) { group in
            for seed in Self.seeds {
                group.addTask { try await Self.violations(seed).map { "seed \(seed): \($0)" } }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(violations.isEmpty, "\(violations.sorted().joined(separator: "\n"))")
    }

    private static func violations(_ seed: UInt64) async throws -> [String] {
        let chaos = Chaos(seed: seed)
        let catalog = MemoryCatalog()
        let names = (0..<messageCount).map { "\($0)" } + (0..<messageCount).map { "\(RestlessStage.bulk)\($0)" }
        try await register(names, catalog)
        let queue = RestlessQueue(try names.prefix(messageCount).map(delivery), chaos: chaos)
        let bulk = RestlessQueue(try names.suffix(messageCount).map(delivery), chaos: chaos)
        let stage = RestlessStage(chaos: chaos)
        let concurrency = chaos.number(in: 1...6)
        let completions = MemoryQueue()
        let world = world(catalog) { stage, lane in
            guard stage == RestlessStage.name else { return completions }
            return lane == .bulk ? bulk : queue
        }
        let worker = Worker(stage: stage, world: world, concurrency: concurrency)
        let work = Task { try await worker.run(grace: grace) }
        try await Task.sleep(for: .milliseconds(chaos.number(in: 0...150)))
        let stopped = ContinuousClock.now
        work.cancel()
        _ = try? await work.value
        let took = ContinuousClock.now - stopped
        var violations: [String] = []
        if took > grace * 2 + WorkerLimits.lastAnswer + slack { violations.append("it took \(took) to end") }
        if queue.pollCount + bulk.pollCount > 0 { violations.append("it polls after its end") }
        if queue.heldCount + bulk.heldCount > stage.load.deafCount {
            violations.append("\(queue.heldCount + bulk.heldCount) messages were neither settled nor given back")
        }
        let (most, held) = (stage.load.most, queue.mostHeldCount)
        if most.all > concurrency { violations.append("\(most.all) runs at once in \(concurrency) slots") }
        if most.bulk > max(1, concurrency - 1) { violations.append("\(most.bulk) bulk runs in \(concurrency) slots") }
        if held > concurrency { violations.append("\(held) messages were held for \(concurrency) slots") }
        let rows = await catalog.ledger(of: asset, generation: 1, of: "default")
        let open = Set(rows.filter { !$0.state.isClosed }.map(\.run.name.part))
        for delivery in queue.acknowledged + bulk.acknowledged where open.contains(delivery.messageID) {
            violations.append("\(delivery.messageID) was acknowledged before its commit")
        }
        return violations
    }

    private static func register(_ parts: [String], _ catalog: MemoryCatalog) async throws {
        let registration = AssetRegistration(
            asset: asset,
            generation: 1,
            source: ObjectReference(bucket: "media", key: "a", byteCount: 1, contentType: nil, digest: "d"),
            plan: try Plan(parts.map { PlannedRun(RunName(RestlessStage.name, part: $0)) })
        )
        let ingest = RunKey(tenant: "default", asset: asset, generation: 0, name: "ingest")
        try await catalog.write([.register(registration)], for: ingest)
    }

    private static func delivery(_ part: String) throws -> Delivery {
        let envelope = Envelope(
            id: part,
            tenant: "default",
            asset: asset,
            generation: 1,
            sent: "2026-01-01T00:00:00Z",
            payload: RestlessStage.Asked(part: part)
        )
        return Delivery(messageID: part, receipt: "", body: try envelope.encoded(), receiveCount: 0)
    }

    private static func world(
        _ catalog: MemoryCatalog,
        _ queues: @escaping @Sendable (StageName, Lane) -> any Queue
    ) -> World {
        World(
            tenant: "default",
            bucket: "media",
            build: "test",
            queues: queues,
            deadLetters: { _ in MemoryQueue() },
            objects: MemoryObjectStore(),
            catalog: catalog,
            models: MemoryModelClient(),
            digester: MemoryDigester(),
            now: { 0 },
            backOff: BackOff(base: .milliseconds(2), cap: .milliseconds(2), floor: .milliseconds(1)),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }
}
