import FoundationEssentials
import Pipeline
import StageRuntime
import Testing

@Suite struct RunnerTests {
    private let simulation = Simulation()
    private let received = AssetReceived(
        source: ObjectReference(bucket: "media", key: "a", byteCount: 1, contentType: nil, digest: "d")
    )

    private func runner(
        _ behaviour: @escaping @Sendable (StageContext) async throws -> Void = { _ in }
    )
        -> Runner
    {
        Runner(stage: EchoStage(behaviour: behaviour), world: simulation.world())
    }

    private func ledger() async -> LedgerRow? {
        await simulation.catalog.ledger(of: Simulation.asset, generation: 1, of: "default").first
    }

    /// The scheduler of media-insights-on-aws: the message was deleted before the work began.
    @Test func aRunThatEndsWellIsCommittedThenAcknowledgedAndCompletesTheAsset() async throws {
        try await simulation.register("echo")
        try await simulation.send(received, to: "echo")
        try await simulation.deliver(to: runner())
        #expect(await ledger()?.state == .done)
        #expect(await simulation.queues["echo"].count == 0)
        #expect(await simulation.queues["publish"].count == 1)
        #expect(await simulation.catalog.unsent(to: ["echo", "publish"], olderThan: .zero, atMost: 10).isEmpty)
    }

    @Test func aMessageDeliveredTwiceChangesNothingTheSecondTime() async throws {
        try await simulation.register("echo")
        for _ in 0..<2 { try await simulation.send(received, to: "echo") }
        try await simulation.deliver(to: runner())
        let moments = await simulation.catalog.moments(
            of: Simulation.asset,
            generation: 1,
            kinds: [.text],
            of: "default"
        )
        #expect(moments.count == 1)
        #expect(await simulation.queues["publish"].count == 1)
        #expect(await simulation.queues["echo"].count == 0)
    }

    @Test func aRunThatMaySucceedLaterComesBackAndKeepsItsReason() async throws {
        try await simulation.register("echo")
        try await simulation.send(received, to: "echo")
        try await simulation.deliver(to: runner { _ in throw Fault.retry("model.run") })
        #expect(await ledger()?.state == .running)
        #expect(await ledger()?.reason?.contains("model.run") == true)
        #expect(await simulation.queues["echo"].count == 1)
        await simulation.queues.advance(by: .seconds(1))
        try await simulation.deliver(to: runner())
        #expect(await ledger()?.state == .done)
    }

    @Test func aRejectedRunIsDeadLetteredWithItsReasonAndTheAssetGoesOn() async throws {
        try await simulation.register("echo")
        try await simulation.send(received, to: "echo")
        try await simulation.deliver(to: runner { _ in throw Fault.reject("probe", "the file is empty") })
        #expect(await ledger()?.state == .failed)
        let letters = await simulation.queues["echo-dlq"].receive(atMost: 1, wait: .zero, lease: .seconds(1))
        #expect(letters.first?.attributes["MediaReason"] == "probe: the file is empty")
        #expect(letters.first?.attributes["MediaFaultClass"] == "reject")
        #expect(await simulation.queues["publish"].count == 1)
        #expect(await simulation.queues["echo"].count == 0)
    }

    @Test func aDeadLetterKeepsWhatTravelledBesideItsMessage() async throws {
        _ = await simulation.queues["echo"].send([
            OutgoingMessage(body: Data("what?".utf8), attributes: ["traceparent": "00"], orderingKey: "k")
        ])
        try await simulation.deliver(to: runner())
        let letters = await simulation.queues["echo-dlq"].receive(atMost: 1, wait: .zero, lease: .seconds(1))
        #expect(letters.first?.attributes["traceparent"] == "00")
        #expect(letters.first?.attributes["MediaFaultClass"] == "reject")
        #expect(letters.first?.orderingKey == "k")
    }

    @Test func aRunThatFailsEveryTimeEndsAfterItsAttempts() async throws {
        try await simulation.register("echo")
        try await simulation.send(received, to: "echo")
        for _ in 0..<EchoStage.limits.attempts {
            try await simulation.deliver(to: runner { _ in throw Fault.retry("model.run") })
            await simulation.queues.advance(by: .seconds(1))
        }
        #expect(await ledger()?.state == .failed)
        #expect(await simulation.queues["echo-dlq"].count == 1)
    }

    @Test func throttlingCostsNoAttempt() async throws {
        try await simulation.register("echo")
        try await simulation.send(received, to: "echo")
        for _ in 0..<10 {
            try await simulation.deliver(
                to: runner { _ in throw Fault(operation: "model", verdict: .throttled(after: nil)) }
            )
            await simulation.queues.advance(by: .seconds(1))
        }
        try await simulation.deliver(to: runner())
        #expect(await ledger()?.state == .done)
    }

    @Test func aMessageThatIsNoEnvelopeIsDeadLetteredWithAReason() async throws {
        _ = await simulation.queues["echo"].send([OutgoingMessage(body: Data("what?".utf8))])
        try await simulation.deliver(to: runner())
        #expect(await simulation.queues["echo-dlq"].count == 1)
        #expect(await simulation.queues["echo"].count == 0)
    }

    @Test func aMessageForAnOldGenerationIsSettledWithoutARun() async throws {
        try await simulation.send(received, to: "echo")
        try await simulation.deliver(to: runner { _ in Issue.record("it ran") })
        #expect(await simulation.queues["echo"].count == 0)
    }

    /// river#1105, #1135.
    @Test func aLateWorkerCanNotCommitOverANewerOne() async throws {
        try await simulation.register("echo")
        try await simulation.send(received, to: "echo")
        let (catalog, key) = (
            simulation.catalog,
            RunKey(tenant: "default", asset: Simulation.asset, generation: 1, name: "echo")
        )
        try await simulation.deliver(
            to: runner { _ in
                await catalog.expireClaims()
                _ = await catalog.claim(key, build: "other", lease: .seconds(60))
            }
        )
        #expect(await ledger()?.state == .running)
        let moments = await catalog.moments(of: Simulation.asset, generation: 1, kinds: [.text], of: "default")
        #expect(moments.isEmpty)
    }

    @Test func aMessageSentTwiceDoesNotDisturbTheRunThatIsAtWork() async throws {
        try await simulation.register("echo")
        try await simulation.send(received, to: "echo")
        let simulation = simulation
        let second = runner { _ in Issue.record("it ran beside the first") }
        try await simulation.deliver(
            to: runner { _ in
                try await simulation.send(received, to: "echo")
                try await simulation.deliver(to: second)
            }
        )
        #expect(await ledger()?.state == .done)
        #expect(await ledger()?.attempts == 1)
        #expect(await simulation.queues["echo"].count == 1)
    }

    @Test func aRunOverItsTimeLimitFailsForGood() async throws {
        try await simulation.register("slow")
        try await simulation.send(received, to: "slow")
        try await simulation.deliver(to: Runner(stage: SlowStage(), world: simulation.world()), from: "slow")
        let row = await simulation.catalog.ledger(of: Simulation.asset, generation: 1, of: "default").first
        #expect(row?.state == .failed)
        #expect(row?.reason?.contains("longer than 1 s") == true)
    }

    @Test func aHandlerIsBrokenOffWhenTheProcessStopsAndTheAttemptIsNotCounted() async throws {
        try await simulation.register("echo")
        try await simulation.send(received, to: "echo")
        let simulation = simulation
        let runner = runner { _ in try await Task.sleep(for: .seconds(60)) }
        let work = Task { try await simulation.deliver(to: runner) }
        try await Task.sleep(for: .milliseconds(50))
        work.cancel()
        _ = await work.result
        #expect(await ledger()?.state == .running)
        #expect(await ledger()?.attempts == 0)
        #expect(await simulation.queues["echo"].count == 1)
    }
}
