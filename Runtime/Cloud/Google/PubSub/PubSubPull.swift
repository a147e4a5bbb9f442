internal import Pipeline
internal import Synchronization

/// A pull that is under way. Its answer can be waited for again and again, by one at a time.
final class PubSubPull: Sendable {
    typealias Answer = Result<[PubSubShape.Received], Fault>

    private struct State {
        var answer: Answer?
        var waiter: CheckedContinuation<Answer?, Never>?
        var waitCount = 0
        /// The last wait that was given up.
        var givenUp = 0
    }

    private let state = Mutex(State())

    init(_ ask: @escaping @Sendable () async -> Answer) {
        Task { finish(await ask()) }
    }

    /// Waits for the answer.
    ///
    /// - Parameter limit: how long; nothing has happened to the pull when it is over.
    /// - Returns: nil where there is none in time, or the task is cancelled.
    func answer(within limit: Duration) async -> Answer? {
        let number = state.withLock { state in
            state.waitCount += 1
            return state.waitCount
        }
        let timer = Task {
            try? await Task.sleep(for: limit)
            giveUp(number)
        }
        defer { timer.cancel() }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    guard state.answer == nil, state.givenUp < number else { return true }
                    state.waiter = continuation
                    return false
                }
                if isOver { continuation.resume(returning: state.withLock(\.answer)) }
            }
        } onCancel: {
            giveUp(number)
        }
    }

    private func giveUp(_ number: Int) {
        let waiter = state.withLock { state -> CheckedContinuation<Answer?, Never>? in
            guard state.waitCount == number else { return nil }
            state.givenUp = number
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume(returning: nil)
    }

    private func finish(_ answer: Answer) {
        let waiter = state.withLock { state in
            state.answer = answer
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume(returning: answer)
    }
}
