internal import Pipeline
internal import Synchronization

/// The runs under way, so that a shutdown can wait for them.
final class ActiveRuns: Sendable {
    private struct State {
        var controls: [Int: RunControl] = [:]
        var count = 0
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    func begin(_ control: RunControl, _ run: @escaping @Sendable () async -> Void) {
        let id = state.withLock { state in
            state.count += 1
            state.controls[state.count] = control
            return state.count
        }
        let task = Task.detached {
            await run()
            self.end(id)
        }
        control.attach { task.cancel() }
    }

    /// Waits for all runs; breaks off those that are left after `grace`. One caller.
    ///
    /// - Returns: whether all have ended; false where some went on `grace` after they were broken off.
    func finish(within grace: Duration) async -> Bool {
        let watch = Task.detached { [self] in
            try await Task.sleep(for: grace)
            for control in state.withLock({ Array($0.controls.values) }) { control.stop(.interrupted) }
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

    private func end(_ id: Int) {
        let waiter = state.withLock { state in
            state.controls[id] = nil
            return state.controls.isEmpty ? state.waiter.take() : nil
        }
        waiter?.resume()
    }
}
