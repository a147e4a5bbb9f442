import Pipeline
import StageRuntime
import Testing

@Suite struct DeadLetterTests {
    private let simulation = Simulation()
    private let run = RunKey(tenant: "default", asset: Simulation.asset, generation: 1, name: "echo")
    private let received = AssetReceived(
        source: ObjectReference(bucket: "media", key: "a", byteCount: 1, contentType: nil, digest: "d")
    )

    /// A run that has failed, and its worker's process ended before the dead letter was sent.
    private func failWithoutLetter() async throws {
        try await simulation.register("echo")
        try await simulation.send(received, to: "echo")
        let claim = await simulation.catalog.claim(run, build: "test", lease: .seconds(60))
        guard case .granted(let claim) = claim else {
            Issue.record("the claim was not granted")
            return
        }
        _ = await simulation.catalog.fail(claim, fault: .reject("probe", "the file is empty"), completion: nil)
    }

    @Test func aLetterThatWasLostOnTheWayIsSentWhenTheMessageComesAgain() async throws {
        try await failWithoutLetter()
        _ = await simulation.queues["echo"].receive(atMost: 1, wait: .zero, lease: .seconds(30))
        await simulation.queues.advance(by: .seconds(31))
        try await simulation.deliver(to: Runner(stage: EchoStage(), world: simulation.world()))
        let letters = await simulation.queues["echo-dlq"].receive(atMost: 2, wait: .zero, lease: .seconds(1))
        #expect(letters.count == 1)
        #expect(letters.first?.attributes["MediaReason"]?.hasSuffix("the file is empty") == true)
        #expect(await simulation.queues["echo"].count == 0)
    }

    @Test func aSecondMessageOfAFailedRunMakesNoLetterOfItsOwn() async throws {
        try await failWithoutLetter()
        try await simulation.deliver(to: Runner(stage: EchoStage(), world: simulation.world()))
        #expect(await simulation.queues["echo-dlq"].count == 0)
        #expect(await simulation.queues["echo"].count == 0)
    }

    @Test func aLateWorkerThatRejectsLeavesTheMessageToTheNewerOne() async throws {
        try await simulation.register("echo")
        try await simulation.send(received, to: "echo")
        let (catalog, run) = (simulation.catalog, run)
        let stage = EchoStage { _ in
            await catalog.expireClaims()
            _ = await catalog.claim(run, build: "other", lease: .seconds(60))
            throw Fault.reject("probe", "the file is empty")
        }
        try await simulation.deliver(to: Runner(stage: stage, world: simulation.world()))
        #expect(await simulation.queues["echo-dlq"].count == 0)
        #expect(await simulation.queues["echo"].count == 1)
    }
}
