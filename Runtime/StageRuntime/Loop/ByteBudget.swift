internal import Synchronization

/// How many bytes of large payloads may be in memory at once: who wants more waits for others to end, in their order.
final class ByteBudget: Sendable {
    private struct Waiter {
        let count: Int
        let done: CheckedContinuation<Void, Never>
    }

    private struct State {
        var inUse = 0
        var waiters: [Waiter] = []

        /// One that wants more than there is has it all to itself.
        func hasRoom(for count: Int, of capacity: Int) -> Bool { inUse == 0 || inUse + count <= capacity }
    }

    private let capacity: Int
    private let state = Mutex(State())

    init(_ capacity: Int) { self.capacity = capacity }

    /// Waits until there is room.
    ///
    /// - Parameter count: bytes; they are to be given back.
    func take(_ count: Int) async {
        await withCheckedContinuation { done in
            let isGranted = state.withLock { state in
                guard state.waiters.isEmpty, state.hasRoom(for: count, of: capacity) else {
                    state.waiters.append(Waiter(count: count, done: done))
                    return false
                }
                state.inUse += count
                return true
            }
            if isGranted { done.resume() }
        }
    }

    func give(_ count: Int) {
        let granted = state.withLock { state in
            state.inUse -= count
            var granted: [Waiter] = []
            while let next = state.waiters.first, state.hasRoom(for: next.count, of: capacity) {
                state.inUse += next.count
                granted.append(state.waiters.removeFirst())
            }
            return granted
        }
        for waiter in granted { waiter.done.resume() }
    }
}
