internal import Synchronization

/// How many polls are under way: one while little comes, more while each brings all that it asks for.
final class PollGate: Sendable {
    private struct State {
        var active = 1
        var parked: [Int: CheckedContinuation<Bool, Never>] = [:]
        var isClosed = false
    }

    private let most: Int
    private let state = Mutex(State())

    init(atMost most: Int) { self.most = most }

    var activeCount: Int { state.withLock { $0.active } }

    /// Waits until there is use for poller `index`, counted from 0.
    ///
    /// - Returns: false once closed.
    func enter(_ index: Int) async -> Bool {
        await withCheckedContinuation { waiter in
            let answer: Bool? = state.withLock { state in
                if state.isClosed { return false }
                if index < state.active { return true }
                state.parked[index] = waiter
                return nil
            }
            if let answer { waiter.resume(returning: answer) }
        }
    }

    /// A poll was filled: one more may find as much.
    func widen() {
        let waiter = state.withLock { state in
            guard state.active < most else { return CheckedContinuation<Bool, Never>?.none }
            state.active += 1
            return state.parked.removeValue(forKey: state.active - 1)
        }
        waiter?.resume(returning: true)
    }

    /// A poll brought nothing.
    func narrow() { state.withLock { $0.active = max(1, $0.active - 1) } }

    func close() {
        let waiters = state.withLock { state in
            defer { state.parked = [:] }
            state.isClosed = true
            return Array(state.parked.values)
        }
        for waiter in waiters { waiter.resume(returning: false) }
    }
}
