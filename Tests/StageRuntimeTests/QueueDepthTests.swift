import FoundationEssentials
import Pipeline
import Synchronization
import Testing

@testable import StageRuntime

@Suite struct QueueDepthTests {
    /// Says how many messages wait, once that is known.
    private final class CountedQueue: Queue {
        private let answer: Mutex<Result<Int?, Fault>>

        init(_ answer: Result<Int?, Fault>) { self.answer = Mutex(answer) }

        func say(_ new: Result<Int?, Fault>) { answer.withLock { $0 = new } }
        func depth() async throws(Fault) -> Int? { try answer.withLock { $0 }.get() }
        func receive(atMost count: Int, wait: Duration, lease: Duration) -> [Delivery] { [] }
        func extend(_ receipts: [Receipt], lease: Duration) -> [Result<Void, Fault>] { [] }
        func acknowledge(_ receipts: [Receipt]) -> [Result<Void, Fault>] { [] }
        func release(_ receipts: [Receipt], after delay: Duration) -> [Result<Void, Fault>] { [] }
        func send(_ messages: [OutgoingMessage]) -> [Result<Void, Fault>] { [] }
    }

    private struct Enough: Error {}

    /// Runs a sampler for so many rounds.
    ///
    /// - Returns: the waits before them and after the last.
    private func sample(_ world: World, rounds: Int) async -> [Duration] {
        let pauses = Mutex<[Duration]>([])
        let sampler = QueueDepthSampler(stage: TestStage.name, lanes: Lane.allCases, world: world) { duration in
            let count = pauses.withLock { pauses in
                pauses.append(duration)
                return pauses.count
            }
            if count > rounds { throw Enough() }
        }
        await sampler.run()
        return pauses.withLock { $0 }
    }

    private func world(_ telemetry: Telemetry, _ interactive: any Queue, _ bulk: any Queue) -> World {
        let metrics = StageMetrics(telemetry.metrics, stage: "test", system: "aws_sqs", destination: "media-test")
        return TestWorld().world(metrics: metrics).with { _, lane in lane == .bulk ? bulk : interactive }
    }

    @Test func whatWaitsInEachLaneIsRecordedEveryHalfMinute() async throws {
        let collector = try TelemetryCollector()
        defer { collector.stop() }
        let telemetry = try TelemetryWorld(collector.url).telemetry
        let (interactive, bulk) = (MemoryQueue(), MemoryQueue())
        let message = OutgoingMessage(body: Data("a".utf8))
        _ = await interactive.send([message, message, message])
        // One that is leased and one that is delayed do not wait.
        _ = await interactive.receive(atMost: 1, wait: .zero, lease: .seconds(30))
        _ = await bulk.send([message, OutgoingMessage(body: Data("b".utf8), delay: .seconds(5))])
        let waits = await sample(world(telemetry, interactive, bulk), rounds: 3)
        await telemetry.shutdown(within: .seconds(5))
        #expect(collector.values("media.queue.depth", by: "media.lane") == ["interactive": 2, "bulk": 1])
        #expect(waits.count == 4)
        #expect(waits.prefix(1).allSatisfy { .zero ... .seconds(5) ~= $0 })
        #expect(waits.dropFirst().allSatisfy { .seconds(30) ... .seconds(35) ~= $0 })
        #expect(Set(waits).count == 4, "all workers would ask at once")
    }

    @Test func aQueueThatDoesNotSayIsLeftOutAndAnotherIsNot() async throws {
        let collector = try TelemetryCollector()
        defer { collector.stop() }
        let telemetry = try TelemetryWorld(collector.url).telemetry
        let (failing, silent) = (CountedQueue(.failure(.retry("sqs.GetQueueAttributes"))), CountedQueue(.success(nil)))
        let world = world(telemetry, failing, silent)
        _ = await sample(world, rounds: 2)
        await telemetry.flush()
        #expect(collector.metric("media.queue.depth") == nil)
        failing.say(.success(0))
        _ = await sample(world, rounds: 1)
        await telemetry.shutdown(within: .seconds(5))
        #expect(collector.values("media.queue.depth", by: "media.lane") == ["interactive": 0])
    }
}
