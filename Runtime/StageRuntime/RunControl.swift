internal import Pipeline
internal import Synchronization

/// Lets a run's handler be broken off from outside, and remembers why. What comes after the handler is never cancelled.
final class RunControl: Sendable {
    private struct State {
        var end: RunEnd?
        var handler: Task<Effects, any Error>?
    }

    /// How often the message was received.
    let receiveCount: Int
    private let state = Mutex(State())

    init(receiveCount: Int) { self.receiveCount = receiveCount }

    var end: RunEnd? { state.withLock { $0.end } }

    /// Breaks the handler off; the first reason counts.
    func stop(_ end: RunEnd) {
        state.withLock { state in
            if state.end == nil { state.end = end }
            state.handler?.cancel()
        }
    }

    /// Runs a handler; it is cancelled from the start where the run was stopped before.
    func handle(_ body: @escaping @Sendable () async throws -> Effects) async throws -> Effects {
        let handler = Task { try await body() }
        state.withLock { state in
            state.handler = handler
            if state.end != nil { handler.cancel() }
        }
        return try await handler.value
    }
}

/// Why a run was broken off.
enum RunEnd: Sendable {
    /// Another may have the message by now.
    case leaseLost
    /// It took longer than its stage allows.
    case timeLimit
    /// The process is being stopped.
    case interrupted
}
