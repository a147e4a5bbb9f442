import FoundationEssentials
import Logging
import Pipeline
import StageRuntime
import Synchronization

/// A stage that does what a test tells it to.
struct TestStage: Stage {
    struct Asked: Event {
        static let kind: EventKind = "test.asked.v1"
        let number: Int
        var part: String { "\(number)" }
    }

    static let name: StageName = "test"
    static let revision = 3
    static let limits = StageLimits(leaseSeconds: 1, timeoutSeconds: 172_800, attempts: 3, concurrency: 4)
    static let sends: [StageName] = []

    let behaviour: @Sendable (Int, StageContext) async throws -> Void

    func handle(_ asked: Asked, in context: StageContext) async throws -> Effects {
        try await behaviour(asked.number, context)
        return Effects(isEmpty: true)
    }
}

/// Its surroundings, in memory.
struct TestWorld {
    static let asset: AssetID = "00000000-0000-8000-a000-000000000001"

    let queue: RecordingQueue
    let bulk = RecordingQueue()
    let deadLetters = RecordingQueue()
    let catalog = MemoryCatalog()

    init(queue: RecordingQueue = RecordingQueue()) { self.queue = queue }

    func world(
        quarantine: (any Quarantine)? = nil,
        metrics: StageMetrics = .off,
        backOff: BackOff = BackOff(base: .milliseconds(2), cap: .milliseconds(2), floor: .milliseconds(1))
    ) -> World {
        World(
            tenant: "default",
            bucket: "media",
            build: "test",
            queues: { stage, lane in
                stage != TestStage.name ? RecordingQueue() : lane == .bulk ? bulk : queue
            },
            deadLetters: { _ in deadLetters },
            objects: MemoryObjectStore(),
            catalog: catalog,
            models: MemoryModelClient(),
            digester: MemoryDigester(),
            now: { 0 },
            backOff: backOff,
            quarantine: quarantine,
            metrics: metrics,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    /// Messages for runs `numbers`, which are planned.
    func deliveries(_ numbers: Range<Int>) async throws -> [Delivery] {
        let source = ObjectReference(bucket: "media", key: "a", byteCount: 1, contentType: nil, digest: "d")
        let registration = AssetRegistration(
            asset: Self.asset,
            generation: 1,
            source: source,
            plan: try Plan(numbers.map { PlannedRun(RunName("test", part: "\($0)")) })
        )
        let ingest = RunKey(tenant: "default", asset: Self.asset, generation: 0, name: "ingest")
        try await catalog.write([.register(registration)], for: ingest)
        return try numbers.map { try Self.delivery($0) }
    }

    static func delivery(_ number: Int, receiveCount: Int = 1) throws -> Delivery {
        let envelope = Envelope(
            id: "\(number)",
            tenant: "default",
            asset: asset,
            generation: 1,
            sent: "2026-01-01T00:00:00Z",
            payload: TestStage.Asked(number: number)
        )
        return Delivery(
            messageID: "message-\(number)",
            receipt: Receipt(rawValue: "receipt-\(number)"),
            body: try envelope.encoded(),
            receiveCount: receiveCount
        )
    }
}

/// Waits until something holds.
func eventually(within limit: Duration = .seconds(10), _ holds: @Sendable () async -> Bool) async -> Bool {
    let end = ContinuousClock.now + limit
    while ContinuousClock.now < end {
        if await holds() { return true }
        try? await Task.sleep(for: .milliseconds(2))
    }
    return false
}
