internal import Pipeline
internal import Synchronization

/// A queue whose acknowledgements go out together: ten of them, or what has come within a moment.
final class CoalescingQueue: Queue {
    private struct Waiting {
        let receipt: Receipt
        let done: CheckedContinuation<Result<Void, Fault>, Never>
    }

    private struct State {
        var waiting: [Waiting] = []
        /// The batch that the timer is for: one that has gone out meanwhile is not sent early.
        var batch = 0

        mutating func take() -> [Waiting] {
            defer {
                waiting = []
                batch += 1
            }
            return waiting
        }
    }

    /// Messages in one call: SQS's limit.
    private static let batchCount = 10
    private static let moment: Duration = .milliseconds(20)

    private let inner: any Queue
    private let state = Mutex(State())

    init(_ inner: any Queue) { self.inner = inner }

    var longestHold: Duration? { inner.longestHold }
    var attributeCount: Int { inner.attributeCount }

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

    func acknowledge(_ receipts: [Receipt]) async -> [Result<Void, Fault>] {
        guard receipts.count == 1 else { return await inner.acknowledge(receipts) }
        let result = await withCheckedContinuation { done in add(Waiting(receipt: receipts[0], done: done)) }
        return [result]
    }

    private func add(_ waiting: Waiting) {
        let (full, timed): ([Waiting], Int?) = state.withLock { state in
            state.waiting.append(waiting)
            if state.waiting.count == Self.batchCount { return (state.take(), nil) }
            return ([], state.waiting.count == 1 ? state.batch : nil)
        }
        if !full.isEmpty { Task { await self.acknowledge(full) } }
        if let timed {
            Task {
                try? await Task.sleep(for: Self.moment)
                let rest = state.withLock { $0.batch == timed ? $0.take() : [] }
                await acknowledge(rest)
            }
        }
    }

    private func acknowledge(_ batch: [Waiting]) async {
        guard !batch.isEmpty else { return }
        let results = await inner.acknowledge(batch.map(\.receipt))
        for (waiting, result) in zip(batch, results) { waiting.done.resume(returning: result) }
    }
}
