internal import Pipeline
internal import Synchronization

/// A pull that is under way. Its answer can be waited for again and again, by one at a time. Messages that it brings while
/// nobody waits, and that nobody asks for soon after, are given back: hidden, they would wait for a free slot here while
/// another worker has one.
final class PubSubPull: Sendable {
    typealias Answer = Result<[PubSubShape.Received], Fault>

    private struct State {
        var answer: Answer?
        /// Whether somebody has got the answer.
        var isTaken = false
        var waiter: CheckedContinuation<Answer?, Never>?
        var waitCount = 0
        /// The last wait that was given up.
        var givenUp = 0
    }

    /// How long messages lie there for whoever asks next.
    private static let patience: Duration = .seconds(1)

    private let state = Mutex(State())
    private let giveBack: @Sendable ([PubSubShape.Received]) async -> Void

    init(
        giveBack: @escaping @Sendable ([PubSubShape.Received]) async -> Void,
        _ ask: @escaping @Sendable () async -> Answer
    ) {
        self.giveBack = giveBack
        Task { await finish(await ask()) }
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
                if isOver { continuation.resume(returning: take()) }
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

    private func take() -> Answer? {
        state.withLock { state in
            state.isTaken = state.answer != nil
            return state.answer
        }
    }

    private func finish(_ answer: Answer) async {
        let waiter = state.withLock { state in
            state.answer = answer
            state.isTaken = state.waiter != nil
            defer { state.waiter = nil }
            return state.waiter
        }
        if let waiter { return waiter.resume(returning: answer) }
        guard case .success(let messages) = answer, !messages.isEmpty else { return }
        try? await Task.sleep(for: Self.patience)
        let isUnwanted = state.withLock { state in
            guard !state.isTaken else { return false }
            state.answer = .success([])
            return true
        }
        if isUnwanted { await giveBack(messages) }
    }
}
