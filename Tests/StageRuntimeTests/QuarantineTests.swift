import FoundationEssentials
import Pipeline
import Synchronization
import Testing

@testable import StageRuntime

@Suite struct QuarantineTests {
    private struct Ward: Quarantine {
        let end: @Sendable () throws(Fault) -> Void
        func run(_ delivery: Delivery, _ claim: Claim, lane: Lane) async throws(Fault) { try end() }
    }

    private let world = TestWorld()
    private let run = RunKey(tenant: "default", asset: TestWorld.asset, generation: 1, name: RunName("test", part: "1"))

    private func crashedDelivery() async throws -> Delivery {
        let delivery = try #require(try await world.deliveries(1..<2).first)
        _ = await world.catalog.claim(run, build: "test", lease: .zero)
        return delivery
    }

    @Test func aRunWhoseLastAttemptNeverEndedGoesIntoQuarantine() async throws {
        let count = Mutex(0)
        let delivery = try await crashedDelivery()
        let ward = Ward { () throws(Fault) in count.withLock { $0 += 1 } }
        await Runner(stage: TestStage { _, _ in Issue.record("it ran here") }, world: world.world(quarantine: ward))
            .run(delivery)
        #expect(count.withLock { $0 } == 1)
        #expect(world.queue.calls.contains(.acknowledge(["receipt-1"])))
    }

    @Test func aRunThatWasGivenBackDoesNot() async throws {
        let delivery = try #require(try await world.deliveries(1..<2).first)
        let ward = Ward { () throws(Fault) in Issue.record("it went into quarantine") }
        let isFirst = Mutex(true)
        let stage = TestStage { _, _ in
            let fails = isFirst.withLock { first in
                defer { first = false }
                return first
            }
            if fails { throw Fault.retry("test") }
        }
        let runner = Runner(stage: stage, world: world.world(quarantine: ward))
        for _ in 0..<2 { await runner.run(delivery) }
        #expect(world.queue.calls.contains(.acknowledge(["receipt-1"])))
    }

    @Test func aRunThatEndsItsProcessAgainIsDeadLetteredWithItsReason() async throws {
        let delivery = try await crashedDelivery()
        let ward = Ward { () throws(Fault) in throw .reject("quarantine", "it was ended by signal 6 (Aborted)") }
        await Runner(stage: TestStage { _, _ in }, world: world.world(quarantine: ward)).run(delivery)
        let letter = try #require(world.deadLetters.sent.first)
        #expect(letter.attributes["MediaReason"]?.contains("signal 6") == true)
        #expect(letter.attributes["MediaRevision"] == "3")
        #expect(letter.attributes["MediaInputDigest"]?.isEmpty == false)
        #expect(letter.attributes["MediaStackDigest"]?.count == 16)
        #expect(letter.attributes.count <= 10)
    }

    @Test func equalCausesHaveEqualStackDigestsWhateverTheInput() {
        func stack(_ fault: Fault) -> [String] { fault.stack }
        struct Broken: Error { let file: String }
        let (first, second) = (Broken(file: "a"), Broken(file: "b"))
        #expect(stack(.reject("probe", "a", underlying: first)) == stack(.reject("probe", "b", underlying: second)))
        #expect(stack(.reject("probe", "a")) != stack(.reject("scenes", "a")))
    }

    @Test(arguments: [
        Fault.reject("probe", "the file is empty"), .retry("s3.get", after: .seconds(3)),
        Fault(operation: "model", verdict: .throttled(after: nil)),
    ])
    func aFaultComesOutAsItWentIn(_ fault: Fault) throws {
        let answer = try JSONEncoder().encode(QuarantineVerdict(fault))
        let back = try #require(try JSONDecoder().decode(QuarantineVerdict.self, from: answer).fault)
        #expect(back.operation == fault.operation)
        #expect(back.verdict == fault.verdict)
    }

    @Test func howAProcessEndsIsSaid() async throws {
        let none = try ScratchDescriptor([])
        let (aborted, failed, well) = (
            try ChildProcess("/bin/sh", ["-c", "kill -ABRT $$"], input: none.number, output: none.number),
            try ChildProcess("/bin/sh", ["-c", "exit 3"], input: none.number, output: none.number),
            try ChildProcess("/bin/sh", ["-c", "sleep 60"], input: none.number, output: none.number)
        )
        #expect(await aborted.wait() == .killed(signal: 6))
        #expect(!ChildProcess.Status.killed(signal: 6).isOrderly)
        #expect(ChildProcess.Status.killed(signal: 15).isOrderly)
        #expect(await failed.wait() == .exited(3))
        well.kill()
        #expect(await well.wait() == .killed(signal: 9))
        well.kill()
    }
}
