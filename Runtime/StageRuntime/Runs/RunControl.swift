internal import Pipeline
internal import Synchronization

/// Lets a run's handler be broken off from outside, and remembers why. What comes after the handler is never cancelled.
final class RunControl: Sendable {
    private struct State {
        var end: RunEnd?
        var isHandedOver = false
        var leaseEnd: ContinuousClock.Instant?
        var cancelHandler: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    var end: RunEnd? { state.withLock { $0.end } }

    /// Whether another message has taken the place of the run's own, which is off its queue.
    var isHandedOver: Bool {
        get { state.withLock { $0.isHandedOver } }
        set { state.withLock { $0.isHandedOver = newValue } }
    }

    /// How long the message's lease holds if it is not extended.
    var leaseLeft: Duration { state.withLock { $0.leaseEnd.map { max($0 - .now, .zero) } ?? .zero } }

    func holdsLease(until end: ContinuousClock.Instant) { state.withLock { $0.leaseEnd = end } }

    /// Breaks the handler off; the first reason counts.
    func stop(_ end: RunEnd) {
        let cancel = state.withLock { state in
            if state.end == nil { state.end = end }
            return state.cancelHandler
        }
        cancel?()
    }

    /// Runs a handler; it is cancelled from the start where the run was stopped before.
    func handle<Output: Sendable>(_ body: @escaping @Sendable () async throws -> Output) async throws -> Output {
        let handler = Task { try await body() }
        let isStopped = state.withLock { state in
            state.cancelHandler = { handler.cancel() }
            return state.end != nil
        }
        if isStopped { handler.cancel() }
        defer { state.withLock { $0.cancelHandler = nil } }
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
