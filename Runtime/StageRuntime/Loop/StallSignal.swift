internal import Synchronization

/// Says once that a run hangs, which nothing inside its process can end.
final class StallSignal: Sendable {
    private struct State {
        var isRaised = false
        var isClosed = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    var isRaised: Bool { state.withLock { $0.isRaised } }

    func raise() {
        state.withLock { state in
            state.isRaised = true
            return state.waiter.take()
        }?.resume()
    }

    /// Waits until it is raised or nobody cares any more.
    func wait() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                let isOver = state.withLock { state in
                    if !state.isRaised && !state.isClosed { state.waiter = waiter }
                    return state.isRaised || state.isClosed
                }
                if isOver { waiter.resume() }
            }
        } onCancel: {
            state.withLock { state in
                state.isClosed = true
                return state.waiter.take()
            }?.resume()
        }
    }
}
