import Pipeline
import Synchronization

/// A queue whose polls wait until something comes by the test's clock; it remembers who got what, and who settled it.
final class LongPollQueue: Queue {
    struct Received: Equatable {
        let poll: Int
        let receipt: Receipt
    }

    struct Released: Equatable {
        let receipt: Receipt
        let delay: Duration
        /// The polls that were out at that moment.
        let polls: Set<Int>
    }

    private struct State {
        var pollCount = 0
        var openPolls: Set<Int> = []
        var received: [Received] = []
        var released: [Released] = []
        var acknowledged: [Receipt] = []
        var holdsReleases = false
    }

    private static let look: Duration = .milliseconds(2)

    /// Where the messages are; time passes on it alone.
    let inner = MemoryQueue()
    private let state = Mutex(State())

    /// Polls under way, by their numbers from 1.
    var openPolls: Set<Int> { state.withLock { $0.openPolls } }
    var received: [Received] { state.withLock { $0.received } }
    var released: [Released] { state.withLock { $0.released } }
    var acknowledged: [Receipt] { state.withLock { $0.acknowledged } }
    /// Whether answers to releases are kept back; what was asked for is done at once.
    var holdsReleases: Bool {
        get { state.withLock { $0.holdsReleases } }
        set { state.withLock { $0.holdsReleases = newValue } }
    }

    func receive(atMost count: Int, wait: Duration, lease: Duration) async throws(Fault) -> [Delivery] {
        let poll = state.withLock { state in
            state.pollCount += 1
            state.openPolls.insert(state.pollCount)
            return state.pollCount
        }
        defer { state.withLock { _ = $0.openPolls.remove(poll) } }
        let end = ContinuousClock.now + wait
        while true {
            let deliveries = await inner.receive(atMost: count, wait: .zero, lease: lease)
            state.withLock { $0.received += deliveries.map { Received(poll: poll, receipt: $0.receipt) } }
            if !deliveries.isEmpty || ContinuousClock.now >= end { return deliveries }
            do { try await Task.sleep(for: Self.look) } catch { throw .retry("receive", underlying: error) }
        }
    }

    func extend(_ receipts: [Receipt], lease: Duration) async -> [Result<Void, Fault>] {
        await inner.extend(receipts, lease: lease)
    }

    func acknowledge(_ receipts: [Receipt]) async -> [Result<Void, Fault>] {
        state.withLock { $0.acknowledged += receipts }
        return await inner.acknowledge(receipts)
    }

    func release(_ receipts: [Receipt], after delay: Duration) async -> [Result<Void, Fault>] {
        let results = await inner.release(receipts, after: delay)
        state.withLock { state in
            let polls = state.openPolls
            state.released += receipts.map { Released(receipt: $0, delay: delay, polls: polls) }
        }
        while holdsReleases { try? await Task.sleep(for: Self.look) }
        return results
    }

    func send(_ messages: [OutgoingMessage]) async -> [Result<Void, Fault>] { await inner.send(messages) }
}
