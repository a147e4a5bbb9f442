internal import Pipeline
internal import Synchronization

/// The runs under way, so that a shutdown can wait for them.
final class ActiveRuns: Sendable {
    private struct State {
        var controls = Registry<RunControl>()
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    /// Enters a run; it counts as under way until ``end(_:)``.
    func begin(_ control: RunControl) { state.withLock { $0.controls.enter(control) } }

    var isEmpty: Bool { state.withLock { $0.controls.isEmpty } }

    func end(_ control: RunControl) {
        let waiter = state.withLock { state in
            state.controls.remove(control)
            return state.controls.isEmpty ? state.waiter.take() : nil
        }
        waiter?.resume()
    }

    /// Waits for all runs; breaks off those that are left after `grace`. One caller.
    ///
    /// - Returns: whether all have ended; false where some went on `grace` after they were broken off.
    func finish(within grace: Duration) async -> Bool {
        let watch = Task.detached { [self] in
            try await Task.sleep(for: grace)
            for control in state.withLock({ $0.controls.all }) { control.stop(.interrupted) }
            try await Task.sleep(for: grace)
            state.withLock { $0.waiter.take() }?.resume()
        }
        await withCheckedContinuation { waiter in
            let hasEnded = state.withLock { state in
                if !state.controls.isEmpty { state.waiter = waiter }
                return state.controls.isEmpty
            }
            if hasEnded { waiter.resume() }
        }
        watch.cancel()
        return state.withLock { $0.controls.isEmpty }
    }
}
