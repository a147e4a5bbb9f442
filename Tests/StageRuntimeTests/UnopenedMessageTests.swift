import FoundationEssentials
import Pipeline
import Testing

@testable import StageRuntime

/// Messages whose payload the bucket has no more.
@Suite struct UnopenedMessageTests {
    private struct Untold: Event { static let kind: EventKind = "test.untold.v1" }

    private static let key = "payloads/default/d"

    private let world = TestWorld()
    private let completions = RecordingQueue()
    private let run = RunKey(tenant: "default", asset: TestWorld.asset, generation: 1, name: RunName("test", part: "0"))

    private func delivery(
        of payload: some Event = TestStage.Asked(number: 0),
        generation: Int = 1,
        byteCount: Int = 300_000,
        owner: Tenant = "default",
        receiveCount: Int = 1
    ) throws -> Delivery {
        let envelope = Envelope(
            id: "0",
            tenant: "default",
            asset: TestWorld.asset,
            generation: generation,
            sent: "2026-01-01T00:00:00Z",
            payload: payload
        )
        let claim = ClaimedEnvelope.Body("d", byteCount: byteCount, of: owner)
        return Delivery(
            messageID: "message-0",
            receipt: "receipt-0",
            body: try ClaimedEnvelope(envelope, body: claim).encoded(),
            receiveCount: receiveCount
        )
    }

    private func handle(_ delivery: Delivery) async {
        let (inner, completions) = (world.world(), completions)
        let outer = inner.with { stage, lane in stage == "publish" ? completions : inner.queues(stage, lane) }
        await Runner(stage: TestStage { _, _ in Issue.record("it ran") }, world: outer).run(delivery)
    }

    private var row: LedgerRow? {
        get async { await world.catalog.ledger(of: TestWorld.asset, generation: 1, of: "default").first }
    }

    private func claim() async throws -> Claim {
        guard case .granted(let claim) = await world.catalog.claim(run, build: "test", lease: .seconds(60)) else {
            throw Fault.reject("test", "the claim was not granted")
        }
        return claim
    }

    @Test func aRunWhosePayloadIsGoneFailsWithTheReasonAndItsMessageIsDeadLettered() async throws {
        _ = try await world.deliveries(0..<1)
        await handle(try delivery())
        let row = try #require(await row)
        #expect(row.state == .failed)
        #expect(row.reason?.contains("the payload \(Self.key) is gone") == true)
        #expect(world.deadLetters.sent.map { $0.attributes["MediaReason"] } == [row.reason])
        // On a busy machine its lease may have been extended meanwhile.
        let calls = world.queue.calls.filter { if case .extend = $0 { false } else { true } }
        #expect(calls == [.acknowledge(["receipt-0"])])
        #expect(completions.sent.count == 1, "the asset must come to an end")
    }

    @Test func aLetterThatWasLostOnTheWayIsSentWhenTheMessageComesAgain() async throws {
        _ = try await world.deliveries(0..<1)
        let fault = Fault.reject("test", "the payload is gone")
        _ = await world.catalog.fail(try await claim(), fault: fault, completion: nil)
        await handle(try delivery(receiveCount: 2))
        #expect(world.deadLetters.sent.count == 1)
        #expect(completions.sent.isEmpty)
    }

    @Test func aRunThatHasEndedWellIsLeftAlone() async throws {
        _ = try await world.deliveries(0..<1)
        let commit = Commit(claim: try await claim(), rows: [], messages: [], isEmpty: false, completion: nil)
        _ = try await world.catalog.commit(commit)
        for receiveCount in 1...2 { await handle(try delivery(receiveCount: receiveCount)) }
        #expect(await row?.state == .done)
        #expect(await row?.reason == nil)
        #expect(world.deadLetters.sent.isEmpty && completions.sent.isEmpty)
        #expect(world.queue.calls == [.acknowledge(["receipt-0"]), .acknowledge(["receipt-0"])])
    }

    @Test func aRunThatAnotherIsAtWorkOnIsLeftToIt() async throws {
        _ = try await world.deliveries(0..<1)
        let claim = try await claim()
        await handle(try delivery())
        #expect(await row?.state == .running)
        #expect(world.deadLetters.sent.isEmpty)
        guard case .release(["receipt-0"], let delay)? = world.queue.calls.last else {
            Issue.record("the message was not given back")
            return
        }
        #expect(delay >= RunnerLimits.busyDelay)
        _ = try await world.catalog.commit(Commit(claim: claim, rows: [], messages: [], isEmpty: true, completion: nil))
        #expect(await row?.state == .empty)
    }

    @Test func aMessageOfAnOlderGenerationAsksForNothingAnyMore() async throws {
        _ = try await world.deliveries(0..<1)
        await handle(try delivery(generation: 2))
        #expect(world.deadLetters.sent.isEmpty)
        #expect(await row?.state == .pending)
    }

    @Test func aHeadThatNoRuntimeWroteToThisStageFailsNobodysRun() async throws {
        _ = try await world.deliveries(0..<1)
        await handle(try delivery(of: Untold()))
        await handle(try delivery(byteCount: -1))
        await handle(try delivery(byteCount: EnvelopeLimits.claimedByteCount + 1))
        await handle(try delivery(owner: "acme"))
        await handle(try delivery(generation: 0))
        #expect(world.deadLetters.sent.count == 5)
        let ingest = RunKey(tenant: "default", asset: TestWorld.asset, generation: 0, name: run.name)
        #expect(await row?.state == .pending)
        #expect(await world.catalog.ledger(of: ingest.asset, generation: 0, of: "default").isEmpty)
    }
}
