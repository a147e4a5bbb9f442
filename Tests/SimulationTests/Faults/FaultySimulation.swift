import Cloud
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
    static let routes = stages.flatMap { stage in Lane.allCases.map { Route(stage: stage, lane: $0) } }
    private static let workerCount = 2 * stages.count
    /// Workers that are stopped between two calls at once.
    private static let depth = 2
    private static let faultySteps = 40
    private static let calmRounds = 60

    let chaos: Chaos
    let history = History()
    let queues = MemoryQueues()
    let catalog: MemoryCatalog
    let objects = MemoryObjectStore()
    private let clock: SimulatedClock
    private let busy = Mutex<[Int]>([])
    /// What is said from stage to stage in every sixteenth seed.
    private let text: String?
    /// In every third seed no message may be held for long: an hour before, which is 15 s on, it is handed over.
    private let longestHold: Duration?

    /// The lane that all of an asset's messages take.
    static func lane(of asset: AssetID) -> Lane { asset == assets[0] ? .interactive : .bulk }

    init(seed: UInt64) {
        let clock = SimulatedClock()
        self.clock = clock
        text = seed % 16 == 0 ? StepAsked.largeText : nil
        longestHold = seed % 3 == 0 ? .seconds(3600 + 15) : nil
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
        for route in Self.routes where await queues[route.description].count > 0 { return false }
        return await catalog.unsent(to: Self.routes.map(\.stage), olderThan: .zero, atMost: 1).isEmpty
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
        let route = Route(stage: "first", lane: Self.lane(of: asset))
        _ = await queues[route.description].send([OutgoingMessage(body: try envelope.encoded())])
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
        let life = Life(chaos: chaos, end: .crash) { () async throws(Fault) in await self.meanwhile() }
        let text = text
        switch worker / 2 {
        case 0: await work(life) { FirstStage(handler: $0, text: text) }
        case 1: await work(life) { SecondStage(handler: $0, text: text) }
        case 2: await work(life) { ThirdStage(handler: $0) }
        default: await work(life) { LastStage(handler: $0) }
        }
        busy.withLock { $0.removeAll { $0 == worker } }
    }

    /// One life of a worker's process: it sweeps, receives from one of its lanes, and runs what came.
    private func work<S: Stage>(_ life: Life, _ stage: @escaping @Sendable (Handler) -> S) async {
        let chaos = chaos
        let quarantine = SimulatedQuarantine(
            parent: life,
            chaos: chaos,
            stage: { stage(Handler(life: $0, chaos: chaos)) },
            world: { self.world($0) }
        )
        let world = world(life, quarantine)
        if chaos.number(in: 0...3) == 0 {
            _ = try? await Committer(world, stage: S.self).sweep(olderThan: .zero, atMost: 10)
        }
        guard let lane = await lane(of: S.name) else { return }
        let queue = world.queues(S.name, lane)
        guard let deliveries = try? await queue.receive(atMost: 2, wait: .zero, lease: FaultyQueue.lease) else {
            return
        }
        let runner = Runner(stage: stage(Handler(life: life, chaos: chaos)), world: world, now: { self.clock.now })
        life.extendLeases(by: { await runner.extendLeases() })
        for delivery in deliveries { await runner.run(delivery, by: lane) }
    }

    /// Which of a stage's lanes a worker turns to; nil where both are empty.
    private func lane(of stage: StageName) async -> Lane? {
        let lanes = chaos.number(in: 0...1) == 0 ? Lane.allCases : Lane.allCases.reversed()
        for lane in lanes where await queues[Route(stage: stage, lane: lane).description].count > 0 { return lane }
        return nil
    }

    private func world(_ life: Life, _ quarantine: (any Quarantine)? = nil) -> World {
        World(
            tenant: "default",
            bucket: "media",
            build: "test",
            queues: { self.queue(Route(stage: $0, lane: $1), life) },
            deadLetters: { self.deadLetters(of: $0, life) },
            objects: FaultyObjectStore(inner: objects, life: life, chaos: chaos),
            catalog: FaultyCatalog(inner: catalog, life: life, chaos: chaos, history: history),
            models: MemoryModelClient(),
            digester: OpenSSLDigester(),
            now: { 0 },
            backOff: BackOff(base: .seconds(1), cap: .seconds(1), floor: .seconds(1)),
            quarantine: quarantine,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    private func queue(_ route: Route, _ life: Life) -> FaultyQueue {
        FaultyQueue(
            inner: queues[route.description],
            route: route,
            isDeadLetters: false,
            longestHold: longestHold,
            life: life,
            chaos: chaos,
            history: history
        )
    }

    private func deadLetters(of stage: StageName, _ life: Life) -> FaultyQueue {
        FaultyQueue(
            inner: queues["\(stage)-dlq"],
            route: Route(stage: stage, lane: .interactive),
            isDeadLetters: true,
            longestHold: nil,
            life: life,
            chaos: chaos,
            history: history
        )
    }
}
