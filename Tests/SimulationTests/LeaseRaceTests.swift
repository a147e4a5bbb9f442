import Pipeline
import StageRuntime
import Synchronization
import Testing

/// Extensions in real time: they are under way while the run that they are for ends.
@Suite struct LeaseRaceTests {
    private static let asset = Simulation.asset
    private static let seedCount: UInt64 = 20

    /// A queue whose extensions take a while.
    private final class SlowQueue: Queue {
        let inner = MemoryQueue()
        let isExtending = Mutex(false)
        private let isSettled = Mutex(false)
        let violations = Mutex<[String]>([])
        private let yieldCount: Int

        init(yieldCount: Int) { self.yieldCount = yieldCount }

        func depth() async throws(Fault) -> Int? { try await inner.depth() }

        func receive(atMost count: Int, wait: Duration, lease: Duration) async throws(Fault) -> [Delivery] {
            await inner.receive(atMost: count, wait: wait, lease: lease)
        }

        func extend(_ receipts: [Receipt], lease: Duration) async -> [Result<Void, Fault>] {
            isExtending.withLock { $0 = true }
            for _ in 0..<yieldCount { await Task.yield() }
            if isSettled.withLock({ $0 }) { violations.withLock { $0.append("extended after its settlement") } }
            return await inner.extend(receipts, lease: lease)
        }

        func acknowledge(_ receipts: [Receipt]) async -> [Result<Void, Fault>] {
            isSettled.withLock { $0 = true }
            return await inner.acknowledge(receipts)
        }

        func release(_ receipts: [Receipt], after delay: Duration) async -> [Result<Void, Fault>] {
            isSettled.withLock { $0 = true }
            return await inner.release(receipts, after: delay)
        }

        func send(_ messages: [OutgoingMessage]) async -> [Result<Void, Fault>] { await inner.send(messages) }
    }

    /// novu#12437.
    @Test func noMessageIsSettledWhileItsExtensionIsUnderWay() async throws {
        var violations: [String] = []
        for seed in 0..<Self.seedCount {
            let chaos = Chaos(seed: seed)
            violations += try await self.violations(chaos, yieldCount: chaos.number(in: 1...100)).map {
                "seed \(seed): \($0)"
            }
        }
        #expect(violations.isEmpty, "\(violations.joined(separator: "\n"))")
    }

    private func violations(_ chaos: Chaos, yieldCount: Int) async throws -> [String] {
        let simulation = Simulation()
        let (clock, queue) = (SimulatedClock(), SlowQueue(yieldCount: yieldCount))
        try await simulation.register("echo")
        try await simulation.send(
            AssetReceived(
                source: ObjectReference(bucket: "media", key: "a", byteCount: 1, contentType: nil, digest: "d")
            ),
            to: "echo"
        )
        let sent = await simulation.queues["echo"].receive(atMost: 1, wait: .zero, lease: .seconds(30))
        _ = await queue.send(sent.map { OutgoingMessage(body: $0.body) })
        let fails = chaos.number(in: 0...1) == 0
        let stage = EchoStage { _ in
            while !queue.isExtending.withLock({ $0 }) { await Task.yield() }
            if fails { throw Fault.retry("simulation.handle") }
        }
        let inner = simulation.world()
        let world = inner.with { stage, lane in
            stage == "echo" && lane == .interactive ? queue : inner.queues(stage, lane)
        }
        let runner = Runner(stage: stage, world: world, now: { clock.now })
        let delivery = try #require(await queue.receive(atMost: 1, wait: .zero, lease: .seconds(60)).first)
        async let run: Void = runner.run(delivery)
        while !queue.isExtending.withLock({ $0 }) {
            clock.advance(by: .seconds(1))
            await runner.extendLeases()
            await Task.yield()
        }
        await run
        return queue.violations.withLock { $0 }
    }
}
