internal import Pipeline
internal import Synchronization

/// Acknowledgements that go out together: ten of them, or what has come within a moment.
final class Acknowledgements: Sendable {
    typealias Done = @Sendable (Result<Void, Fault>) -> Void

    private struct Waiting {
        let receipt: Receipt
        let done: Done
    }

    private struct State {
        var waiting: [Waiting] = []
        /// How many batches have gone out because they were full.
        var fullCount = 0
        var isTiming = false

        mutating func take() -> [Waiting] {
            defer { waiting = [] }
            return waiting
        }
    }

    /// Messages in one call: SQS's limit.
    private static let batchCount = 10
    private static let moment: Duration = .milliseconds(20)

    private let queue: any Queue
    private let state = Mutex(State())

    init(_ queue: any Queue) { self.queue = queue }

    /// Takes one; `done` is called with its own result when the service has answered, whatever became of the caller's
    /// task.
    func add(_ receipt: Receipt, _ done: @escaping Done) {
        let (full, mustTime) = state.withLock { state in
            if state.waiting.isEmpty { state.waiting.reserveCapacity(Self.batchCount) }
            state.waiting.append(Waiting(receipt: receipt, done: done))
            guard state.waiting.count < Self.batchCount else {
                state.fullCount += 1
                return (state.take(), false)
            }
            defer { state.isTiming = true }
            return ([], !state.isTiming)
        }
        send(full)
        if mustTime { Task.detached { await self.time() } }
    }

    /// Sends what a moment did not fill. One timer at a time: it begins anew where batches were filled meanwhile.
    private func time() async {
        while true {
            let before = state.withLock { $0.fullCount }
            try? await Task.sleep(for: Self.moment)
            let (rest, isOver) = state.withLock { state in
                let isOld = state.fullCount == before
                let rest = isOld ? state.take() : []
                if state.waiting.isEmpty { state.isTiming = false }
                return (rest, state.waiting.isEmpty)
            }
            send(rest)
            if isOver { return }
        }
    }

    private func send(_ batch: [Waiting]) {
        guard !batch.isEmpty else { return }
        Task.detached { [queue] in
            let results = await queue.acknowledge(batch.map(\.receipt))
            for (index, waiting) in batch.enumerated() {
                waiting.done(index < results.count ? results[index] : .failure(.retry("queue.acknowledge")))
            }
        }
    }
}
