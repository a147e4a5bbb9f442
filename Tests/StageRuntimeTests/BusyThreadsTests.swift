import Pipeline
import Testing

@testable import StageRuntime

/// Run by itself: it takes every thread that other tests would need.
@Suite struct BusyThreadsTests {
    /// python-pubsub#593.
    @Test func handlersThatKeepEveryThreadBusyDoNotLoseTheirLeases() async throws {
        let queue = RecordingQueue()
        let estimate = LeaseEstimate(initial: .milliseconds(300))
        let keeper = LeaseKeeper(queue: queue, estimate: estimate, limit: .seconds(60), now: { .now })
        let hold = keeper.hold(try TestWorld.delivery(1), RunControl(), for: .milliseconds(300))
        await withTaskGroup { group in
            for _ in 0..<8 {
                group.addTask {
                    let end = ContinuousClock.now + .milliseconds(800)
                    while ContinuousClock.now < end {}
                }
            }
        }
        let extensions = queue.calls.count { if case .extend = $0 { true } else { false } }
        #expect(extensions >= 3)
        await keeper.drop(hold)
    }
}
