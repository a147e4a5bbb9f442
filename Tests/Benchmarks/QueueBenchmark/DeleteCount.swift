import Pipeline
import Synchronization

/// A queue that counts what is taken off it, and notes when it is enough.
final class DeleteCount: Queue {
    private struct State {
        var count = 0
        var ended: ContinuousClock.Instant?
    }

    private let inner: any Queue
    private let wanted: Int
    private let state = Mutex(State())

    init(_ inner: any Queue, until wanted: Int) {
        self.inner = inner
        self.wanted = wanted
    }

    var count: Int { state.withLock { $0.count } }
    var ended: ContinuousClock.Instant? { state.withLock { $0.ended } }

    func acknowledge(_ receipts: [Receipt]) async -> [Result<Void, Fault>] {
        let results = await inner.acknowledge(receipts)
        let deleted = results.count { if case .success = $0 { true } else { false } }
        state.withLock { state in
            state.count += deleted
            if state.count >= wanted, state.ended == nil { state.ended = .now }
        }
        return results
    }

    func receive(atMost count: Int, wait: Duration, lease: Duration) async throws(Fault) -> [Delivery] {
        try await inner.receive(atMost: count, wait: wait, lease: lease)
    }

    func extend(_ receipts: [Receipt], lease: Duration) async -> [Result<Void, Fault>] {
        await inner.extend(receipts, lease: lease)
    }

    func release(_ receipts: [Receipt], after delay: Duration) async -> [Result<Void, Fault>] {
        await inner.release(receipts, after: delay)
    }

    func send(_ messages: [OutgoingMessage]) async -> [Result<Void, Fault>] { await inner.send(messages) }
}
