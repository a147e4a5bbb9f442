import Dispatch
import Testing

@testable import ModelServer

@Suite struct EnginePoolTests {
    /// Counts what it was asked; used by one thread at a time.
    private final class Counter {
        var count = 0
    }

    private struct NoModel: Error {}

    @Test func workRunsOnTheEngineAndItsErrorsComeBack() async throws {
        let pool = EnginePool(engineCount: 1) { Counter() }
        try await pool.start()
        defer { pool.stop() }
        for expected in 1...3 {
            let count = try await pool.run(deadline: soon) { engine in
                engine.count += 1
                return engine.count
            }
            #expect(count == expected)
        }
        await #expect(throws: NoModel.self) { try await pool.run(deadline: soon) { _ in throw NoModel() } }
    }

    @Test func anEngineThatCanNotBeLoadedIsTold() async throws {
        let pool = EnginePool<Counter>(engineCount: 2) { throw NoModel() }
        await #expect(throws: NoModel.self) { try await pool.start() }
        #expect(!pool.isReady)
    }

    @Test func workIsTurnedAwayBeforeTheStartAndAfterTheStop() async throws {
        let pool = EnginePool(engineCount: 1) { Counter() }
        #expect(!pool.isReady)
        await #expect(throws: ServingError.unready) { try await pool.run(deadline: soon) { $0.count } }
        try await pool.start()
        #expect(pool.isReady)
        pool.stop()
        #expect(!pool.isReady)
        await #expect(throws: ServingError.unready) { try await pool.run(deadline: soon) { $0.count } }
    }

    @Test func aFullQueueTurnsAwayTheNext() async throws {
        let pool = EnginePool(engineCount: 1, waitingLimit: 2) { Counter() }
        try await pool.start()
        defer { pool.stop() }
        let gate = DispatchSemaphore(value: 0)
        let running = try await begin(pool, gate)
        let waiting = (0..<2).map { _ in Task { try await pool.run(deadline: soon) { $0.count } } }
        try await until { pool.waitingCount == 2 }
        await #expect(throws: ServingError.busy(retryAfterSeconds: 1)) {
            try await pool.run(deadline: soon) { $0.count += 100 }
        }
        gate.signal()
        try await running.value
        for task in waiting { #expect(try await task.value == 1) }
        #expect(try await pool.run(deadline: soon) { $0.count } == 1)
    }

    @Test func whoGivesUpWhileWaitingIsNeverServed() async throws {
        let pool = EnginePool(engineCount: 1, waitingLimit: 1) { Counter() }
        try await pool.start()
        defer { pool.stop() }
        let gate = DispatchSemaphore(value: 0)
        let running = try await begin(pool, gate)
        let waiting = Task { try await pool.run(deadline: soon) { $0.count += 100 } }
        try await until { pool.waitingCount == 1 }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        gate.signal()
        try await running.value
        #expect(try await pool.run(deadline: soon) { $0.count } == 1)
    }

    @Test func workThatHasNotBegunByItsDeadlineNeverDoes() async throws {
        let pool = EnginePool(engineCount: 1) { Counter() }
        try await pool.start()
        defer { pool.stop() }
        let gate = DispatchSemaphore(value: 0)
        let running = try await begin(pool, gate)
        await #expect(throws: ServingError.expired) {
            try await pool.run(deadline: .now + .milliseconds(20)) { $0.count += 100 }
        }
        gate.signal()
        try await running.value
        #expect(try await pool.run(deadline: soon) { $0.count } == 1)
    }

    private var soon: ContinuousClock.Instant { .now + .seconds(60) }

    /// Returns once the engine is held.
    private func begin(_ pool: EnginePool<Counter>, _ gate: DispatchSemaphore) async throws -> Task<Void, any Error> {
        let begun = AsyncStream<Void>.makeStream()
        let task = Task {
            try await pool.run(deadline: soon) { engine in
                engine.count += 1
                begun.continuation.finish()
                gate.wait()
            }
        }
        for await _ in begun.stream {}
        return task
    }

    private func until(_ condition: () -> Bool) async throws {
        let limit = ContinuousClock.now + .seconds(30)
        while !condition() {
            try #require(ContinuousClock.now < limit, "it never came to be")
            try await Task.sleep(for: .milliseconds(2))
        }
    }
}
