import Logging
import Pipeline
import StageRuntime
import Synchronization

/// Two workers per stage, queues and a catalog, in one order of events that a seed decides.
///
/// Only one thing happens at a time: workers meet because others work between two calls of one.
final class FaultySimulation: Sendable {
    static let assets: [AssetID] = [
        "00000000-0000-8000-a000-000000000001", "00000000-0000-8000-a000-000000000002",
    ]
    static let stages: [StageName] = ["first", "second", "third", "publish"]
    private static let workerCount = 2 * stages.count
    /// Workers that are stopped between two calls at once.
    private static let depth = 2
    private static let faultySteps = 40
    private static let calmRounds = 60

    let chaos: Chaos
    let history = History()
    let queues = MemoryQueues()
    let catalog: MemoryCatalog
    private let clock: SimulatedClock
    private let busy = Mutex<[Int]>([])

    init(seed: UInt64) {
        let clock = SimulatedClock()
        self.clock = clock
        chaos = Chaos(seed: seed)
        catalog = MemoryCatalog(now: { clock.now })
    }

    /// Lets all go wrong for a while, then nothing, until all is quiet.
    ///
    /// - Returns: whether it came to rest.
    /// - Throws: where the world could not be laid out.
    func run() async throws -> Bool {
        for asset in Self.assets { try await register(asset) }
        for _ in 0..<Self.faultySteps {
            await step(chaos.number(in: 0...Self.workerCount - 1))
            if chaos.number(in: 0...1) == 0 { await pass(.seconds(chaos.number(in: 1...40))) }
        }
        chaos.end()
        for _ in 0..<Self.calmRounds {
            for worker in 0..<Self.workerCount { await step(worker) }
            if await isQuiet() { return true }
            await pass(.seconds(40))
        }
        return false
    }

    private func isQuiet() async -> Bool {
        for stage in Self.stages where await queues[stage.rawValue].count > 0 { return false }
        return await catalog.unsent(olderThan: .zero, atMost: 1).isEmpty
    }

    private func register(_ asset: AssetID) async throws {
        let plan = try Plan([
            PlannedRun("first"), PlannedRun(RunName("second", part: "a"), after: "first"),
            PlannedRun(RunName("second", part: "b"), after: "first"),
            PlannedRun("third", after: RunName("second", part: "a")),
        ])
        let source = ObjectReference(
            bucket: "media",
            key: asset.rawValue,
            byteCount: 1,
            contentType: nil,
            digest: Digest(rawValue: asset.rawValue)
        )
        let registration = AssetRegistration(asset: asset, generation: 1, source: source, plan: plan)
        let run = RunKey(tenant: "default", asset: asset, generation: 0, name: "ingest")
        try await catalog.write([.register(registration)], for: run)
        let envelope = Envelope(
            id: asset.rawValue,
            tenant: "default",
            asset: asset,
            generation: 1,
            sent: "2026-01-01T00:00:00Z",
            payload: StepAsked()
        )
        _ = await queues["first"].send([OutgoingMessage(body: try envelope.encoded())])
    }

    private func pass(_ duration: Duration) async {
        clock.advance(by: duration)
        await queues.advance(by: duration)
    }

    /// What happens between two calls of a worker.
    private func meanwhile() async {
        if chaos.strikes(.claimsRunOut) { await catalog.expireClaims() }
        if chaos.strikes(.leaseRunsOut) { await pass(.seconds(chaos.number(in: 11...35))) }
        guard busy.withLock({ $0.count < Self.depth }), chaos.strikes(.interleaved) else { return }
        await step(chaos.number(in: 0...Self.workerCount - 1))
    }

    private func step(_ worker: Int) async {
        let isFree = busy.withLock { busy in
            guard !busy.contains(worker) else { return false }
            busy.append(worker)
            return true
        }
        guard isFree else { return }
        let life = Life(chaos: chaos) { await self.meanwhile() }
        let handler = Handler(life: life, chaos: chaos)
        switch worker / 2 {
        case 0: await work(FirstStage(handler: handler), life)
        case 1: await work(SecondStage(handler: handler), life)
        case 2: await work(ThirdStage(handler: handler), life)
        default: await work(LastStage(handler: handler), life)
        }
        busy.withLock { $0.removeAll { $0 == worker } }
    }

    /// One life of a worker's process: it sweeps, receives, and runs what came.
    private func work<S: Stage>(_ stage: S, _ life: Life) async {
        let world = world(life)
        if chaos.number(in: 0...3) == 0 {
            _ = try? await Committer(world, stage: S.self).sweep(olderThan: .zero, atMost: 10)
        }
        guard await queues[S.name.rawValue].count > 0 else { return }
        let queue = world.queues(S.name, .interactive)
        let lease = Duration.seconds(S.limits.leaseSeconds)
        guard let deliveries = try? await queue.receive(atMost: 2, wait: .zero, lease: lease) else { return }
        let runner = Runner(stage: stage, world: world, now: { self.clock.now })
        life.extendLeases(by: { await runner.extendLeases() })
        for delivery in deliveries { await runner.run(delivery) }
    }

    private func world(_ life: Life) -> World {
        World(
            tenant: "default",
            bucket: "media",
            build: "test",
            queues: { stage, _ in self.queue(stage, stage.rawValue, life, isDeadLetters: false) },
            deadLetters: { self.queue($0, "\($0)-dlq", life, isDeadLetters: true) },
            objects: MemoryObjectStore(),
            catalog: FaultyCatalog(inner: catalog, life: life, chaos: chaos, history: history),
            models: MemoryModelClient(),
            digester: MemoryDigester(),
            now: { 0 },
            backOff: BackOff(base: .seconds(1), cap: .seconds(1), floor: .seconds(1)),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    private func queue(_ stage: StageName, _ name: String, _ life: Life, isDeadLetters: Bool) -> FaultyQueue {
        FaultyQueue(
            inner: queues[name],
            stage: stage,
            isDeadLetters: isDeadLetters,
            life: life,
            chaos: chaos,
            history: history
        )
    }
}
