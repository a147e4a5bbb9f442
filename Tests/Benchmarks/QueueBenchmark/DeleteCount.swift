import Pipeline
import Synchronization

/// A queue that counts what is taken off it, and calls when it is enough.
final class DeleteCount: Queue {
    private let inner: any Queue
    private let wanted: Int
    private let reached: @Sendable () -> Void
    private let deleted = Mutex(0)

    init(_ inner: any Queue, until wanted: Int, _ reached: @escaping @Sendable () -> Void) {
        self.inner = inner
        self.wanted = wanted
        self.reached = reached
    }

    var count: Int { deleted.withLock { $0 } }

    func acknowledge(_ receipts: [Receipt]) async -> [Result<Void, Fault>] {
        let results = await inner.acknowledge(receipts)
        let new = results.count { if case .success = $0 { true } else { false } }
        let isEnough = deleted.withLock { count in
            count += new
            return count - new < wanted && count >= wanted
        }
        if isEnough { reached() }
        return results
    }

    func depth() async throws(Fault) -> Int? { try await inner.depth() }

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
