import Synchronization

/// A bounded number of permits, given out in the order of asking.
final class Permits: Sendable {
    enum Outcome: Sendable {
        case granted
        case timedOut
        case cancelled
    }

    private struct Waiter: Sendable {
        let id: Int
        let continuation: CheckedContinuation<Outcome, Never>
        let timer: Task<Void, Never>

        func finish(_ outcome: Outcome) {
            timer.cancel()
            continuation.resume(returning: outcome)
        }
    }

    private struct State: Sendable {
        var available: Int
        var waiters: [Waiter] = []
        var askedCount = 0
    }

    private let state: Mutex<State>

    init(count: Int) { state = Mutex(State(available: count)) }

    var waiterCount: Int { state.withLock { $0.waiters.count } }

    /// Waits for a permit. What is granted must be given back by ``release()``.
    func acquire(within limit: Duration) async -> Outcome {
        let id = state.withLock { state in
            state.askedCount += 1
            return state.askedCount
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { enqueue(id, $0, limit) }
        } onCancel: {
            end(id, .cancelled)
        }
    }

    func release() {
        let next: Waiter? = state.withLock { state in
            guard !state.waiters.isEmpty else {
                state.available += 1
                return nil
            }
            return state.waiters.removeFirst()
        }
        next?.finish(.granted)
    }

    private func enqueue(_ id: Int, _ continuation: CheckedContinuation<Outcome, Never>, _ limit: Duration) {
        let outcome: Outcome? = state.withLock { state in
            // The handler of a task that was cancelled before now has found no waiter.
            if Task.isCancelled { return .cancelled }
            if state.available > 0 {
                state.available -= 1
                return .granted
            }
            let timer = Task {
                try? await Task.sleep(for: limit)
                end(id, .timedOut)
            }
            state.waiters.append(Waiter(id: id, continuation: continuation, timer: timer))
            return nil
        }
        if let outcome { continuation.resume(returning: outcome) }
    }

    private func end(_ id: Int, _ outcome: Outcome) {
        let waiter: Waiter? = state.withLock { state in
            state.waiters.firstIndex { $0.id == id }.map { state.waiters.remove(at: $0) }
        }
        waiter?.finish(outcome)
    }
}
