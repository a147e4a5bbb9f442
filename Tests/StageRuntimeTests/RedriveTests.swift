import Logging
import Pipeline
import StageRuntime
import Synchronization
import Testing

@Suite struct RedriveTests {
    private static let asset = TestWorld.asset

    /// Rejects everything until its cause is mended.
    private struct ProbeStage: Stage {
        static let name: StageName = "probe"
        static let revision = 1
        static let limits = StageLimits(timeoutSeconds: 600, concurrency: 2)
        static let sends: [StageName] = []

        let isMended: @Sendable () -> Bool

        func handle(_ received: AssetReceived, in context: StageContext) async throws -> Effects {
            guard isMended() else { throw Fault.reject("probe", "no decoder for this codec") }
            return Effects(rows: [.moments([Moment(kind: .text, text: "a harbour")])])
        }
    }

    /// Publishes by the ledger alone.
    private struct LastStage: Stage {
        static let name: StageName = "publish"
        static let revision = 1
        static let limits = StageLimits(timeoutSeconds: 600, concurrency: 2)
        static let sends: [StageName] = []

        func handle(_ completed: AssetCompleted, in context: StageContext) async throws -> Effects {
            let ledger = try await context.catalog.ledger(
                of: context.asset,
                generation: context.generation,
                of: context.tenant
            )
            let failed = ledger.first { $0.state == .failed }
            return Effects(rows: [.publish(failed == nil ? .complete : .failed, reason: failed?.reason)])
        }
    }

    private let messages = LongPollQueue()
    private let completions = LongPollQueue()
    private let letters = MemoryQueue()
    private let catalog = MemoryCatalog()

    private var world: World {
        World(
            tenant: "default",
            bucket: "media",
            build: "test",
            queues: { [messages, completions] stage, _ in stage == "probe" ? messages : completions },
            deadLetters: { [letters] _ in letters },
            objects: MemoryObjectStore(),
            catalog: catalog,
            models: MemoryModelClient(),
            digester: MemoryDigester(),
            now: { 0 },
            backOff: BackOff(base: .milliseconds(2), cap: .milliseconds(2), floor: .milliseconds(1)),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    private func receive() async throws {
        let source = ObjectReference(bucket: "media", key: "a", byteCount: 1, contentType: nil, digest: "d")
        let plan = try Plan([PlannedRun("probe")])
        let registration = AssetRegistration(asset: Self.asset, generation: 1, source: source, plan: plan)
        let ingest = RunKey(tenant: "default", asset: Self.asset, generation: 0, name: "ingest")
        try await catalog.write([.register(registration)], for: ingest)
        let envelope = Envelope(
            id: "1",
            tenant: "default",
            asset: Self.asset,
            generation: 1,
            sent: "2026-01-01T00:00:00Z",
            payload: AssetReceived(source: source)
        )
        _ = await messages.send([OutgoingMessage(body: try envelope.encoded())])
    }

    private func state() async -> AssetState? { await catalog.asset(Self.asset, of: "default")?.state }

    private func probe() async -> LedgerRow? {
        await catalog.ledger(of: Self.asset, generation: 1, of: "default").first { $0.run.name == "probe" }
    }

    private func redrive() async throws -> (sent: Int, unsettled: Int) {
        let redrive = Redrive(catalog: catalog) { [messages] _ in messages }
        let setting = StageSetting(tenant: "default", bucket: "media", digester: MemoryDigester())
        var sent = 0
        let unsettled = try await DeadLetterQueue(stage: "probe", queue: letters, setting: setting).visit { letter in
            guard try await redrive.send(letter) else { return .keep }
            sent += 1
            return .remove
        }
        return (sent, unsettled)
    }

    @Test func aLetterThatIsSentBackAfterItsCauseWasMendedRunsToItsEndAndItsAssetIsComplete() async throws {
        let isMended = Mutex(false)
        let probes = Worker(
            stage: ProbeStage { isMended.withLock { $0 } },
            world: world,
            lanes: [.interactive]
        )
        let publishes = Worker(stage: LastStage(), world: world, lanes: [.interactive])
        let work = Task {
            async let last: Void = publishes.run(grace: .seconds(1))
            try await probes.run(grace: .seconds(1))
            try await last
        }
        defer { work.cancel() }
        try await receive()
        #expect(await eventually { await letters.count == 1 })
        #expect(await eventually { await state() == .failed })
        #expect(await probe()?.state == .failed)
        #expect(await probe()?.reason?.contains("no decoder") == true)

        isMended.withLock { $0 = true }
        let (sent, unsettled) = try await redrive()
        #expect(sent == 1 && unsettled == 0)
        #expect(await eventually { await state() == .complete })
        #expect(await probe()?.state == .done)
        #expect(await probe()?.attempts == 1)
        #expect(await probe()?.reason == nil)
        #expect(await letters.count == 0)
        for queue in [messages, completions] { #expect(await eventually { await queue.inner.count == 0 }) }
        let moments = await catalog.moments(of: Self.asset, generation: 1, kinds: [.text], of: "default")
        #expect(moments.map(\.moment.text) == ["a harbour"])
        // Twice sent back is once done: nothing is left to be opened.
        #expect(try await redrive() == (0, 0))
    }
}
