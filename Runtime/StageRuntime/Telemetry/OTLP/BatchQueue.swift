internal import CoreMetrics
internal import Synchronization

/// What waits to be exported: bounded, and full means dropped and counted. Adding never waits for the exporter.
final class BatchQueue<Item: Sendable>: Sendable {
    private struct State {
        var items: [Item] = []
        var wake: (@Sendable () -> Void)?
    }

    private let limits: BatchLimits
    private let dropped: any CounterHandler
    private let state = Mutex(State())

    init(_ limits: BatchLimits, dropped: any CounterHandler) {
        self.limits = limits
        self.dropped = dropped
    }

    /// Calls `wake` each time that another whole batch is there.
    func onBatch(_ wake: @escaping @Sendable () -> Void) { state.withLock { $0.wake = wake } }

    func offer(_ item: Item) {
        let (isTaken, wake) = state.withLock { state in
            guard state.items.count < limits.queueCount else { return (false, nil as (@Sendable () -> Void)?) }
            state.items.append(item)
            return (true, state.items.count.isMultiple(of: limits.batchCount) ? state.wake : nil)
        }
        wake?()
        if !isTaken { dropped.increment(by: 1) }
    }

    /// Takes the oldest items.
    ///
    /// - Returns: at most one batch of them, and whether more are there.
    func take() -> (items: [Item], hasMore: Bool) {
        state.withLock { state in
            let items = Array(state.items.prefix(limits.batchCount))
            state.items.removeFirst(items.count)
            return (items, !state.items.isEmpty)
        }
    }

    var count: Int { state.withLock { $0.items.count } }
}
