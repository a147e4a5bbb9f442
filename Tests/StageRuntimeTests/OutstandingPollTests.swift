import Pipeline
import Synchronization
import Testing

@testable import StageRuntime

/// A message is given back while the worker's next poll is out: kombu#2049.
@Suite struct OutstandingPollTests {
    private static let delay: Duration = .seconds(30)

    private let queue = LongPollQueue()
    private let world = TestWorld()
    private let attempts = Attempts()

    private final class Attempts: Sendable {
        private let made = Mutex(0)

        var count: Int { made.withLock { $0 } }

        func begin() -> Int {
            made.withLock { made in
                made += 1
                return made
            }
        }
    }

    /// Runs a worker whose first attempt at the one message fails while the next poll is out.
    private func working(_ body: () async throws -> Void) async throws {
        let (inner, queue, attempts) = (world.world(), queue, attempts)
        let deliveries = try await world.deliveries(0..<1)
        _ = await queue.send(deliveries.map { OutgoingMessage(body: $0.body) })
        let stage = TestStage { _, _ in
            guard attempts.begin() == 1 else { return }
            while queue.openPolls.isEmpty { try await Task.sleep(for: .milliseconds(2)) }
            throw Fault.retry("test", after: Self.delay)
        }
        let outer = inner.with { stage, lane in stage == TestStage.name ? queue : inner.queues(stage, lane) }
        let worker = Worker(stage: stage, world: outer, lanes: [.interactive])
        let work = Task { try await worker.run(grace: .milliseconds(100)) }
        do { try await body() } catch {
            work.cancel()
            throw error
        }
        work.cancel()
        _ = await work.result
    }

    private var row: LedgerRow? {
        get async { await world.catalog.ledger(of: TestWorld.asset, generation: 1, of: "default").first }
    }

    @Test func whatIsGivenBackDuringAPollIsNeitherLostNorReceivedBeforeItsDelay() async throws {
        try await working {
            #expect(await eventually { queue.released.count == 1 })
            let released = try #require(queue.released.first)
            #expect(released.receipt == "receipt-1" && released.delay >= Self.delay)
            let poll = try #require(released.polls.first)
            #expect(released.polls.count == 1)

            await queue.inner.advance(by: Self.delay - .seconds(1))
            try await Task.sleep(for: .milliseconds(100))
            #expect(queue.openPolls == [poll], "the poll that was out goes on")
            #expect(attempts.count == 1, "it came before its delay")
            #expect(queue.acknowledged.isEmpty && queue.released.count == 1)
            #expect(await queue.inner.count == 1, "it is lost")

            await queue.inner.advance(by: .seconds(2))
            #expect(await eventually { queue.acknowledged == ["receipt-2"] })
            #expect(queue.received.last == .init(poll: poll, receipt: "receipt-2"))
        }
        #expect(queue.received.map(\.receipt) == ["receipt-1", "receipt-2"])
        #expect(queue.released.map(\.receipt) == ["receipt-1"])
        #expect(await queue.inner.count == 0)
        #expect(await row?.state == .empty)
        #expect(await row?.attempts == 2)
    }

    @Test func whatThePollBringsBeforeTheReleaseIsAnsweredIsRunAndSettledByItsOwnReceipt() async throws {
        queue.holdsReleases = true
        try await working {
            #expect(await eventually { queue.released.count == 1 })
            let poll = try #require(queue.released.first?.polls.first)
            await queue.inner.advance(by: Self.delay + .seconds(1))
            #expect(await eventually { queue.acknowledged == ["receipt-2"] })
            #expect(queue.received.last == .init(poll: poll, receipt: "receipt-2"))
            queue.holdsReleases = false
        }
        #expect(attempts.count == 2)
        #expect(queue.acknowledged == ["receipt-2"])
        #expect(queue.released.map(\.receipt) == ["receipt-1"])
        #expect(await queue.inner.count == 0)
        #expect(await row?.state == .empty)
    }
}
