internal import Pipeline
internal import Synchronization

/// Lets a run's handler be broken off from outside, and remembers why. What comes after the handler is never cancelled.
///
/// Unchecked: its place in a registry is touched under that one's lock alone.
final class RunControl: Registered, @unchecked Sendable {
    private struct State {
        var end: RunEnd?
        var isHandedOver = false
        var isHandling = false
        var leaseEnd: ContinuousClock.Instant?
        var task: Task<Void, Never>?
    }

    private let state = Mutex(State())

    var end: RunEnd? { state.withLock { $0.end } }

    /// Whether the handler is at work: before it and after it the run can't hang by its code.
    var isHandling: Bool { state.withLock { $0.isHandling } }

    /// Whether another message has taken the place of the run's own, which is off its queue.
    var isHandedOver: Bool {
        get { state.withLock { $0.isHandedOver } }
        set { state.withLock { $0.isHandedOver = newValue } }
    }

    /// How long the message's lease holds if it is not extended.
    var leaseLeft: Duration { state.withLock { $0.leaseEnd.map { max($0 - .now, .zero) } ?? .zero } }

    func holdsLease(until end: ContinuousClock.Instant) { state.withLock { $0.leaseEnd = end } }

    /// Says which task the run is in.
    func attach(_ task: Task<Void, Never>) {
        let isLate = state.withLock { state in
            state.task = task
            return state.end != nil && state.isHandling
        }
        if isLate { task.cancel() }
    }

    /// Breaks the handler off, now or when it begins; the first reason counts.
    func stop(_ end: RunEnd) {
        let task = state.withLock { state in
            if state.end == nil { state.end = end }
            return state.isHandling ? state.task : nil
        }
        task?.cancel()
    }

    /// From here on the task may be cancelled.
    func beginHandling() {
        let task = state.withLock { state in
            state.isHandling = true
            return state.end == nil ? nil : state.task
        }
        task?.cancel()
    }

    /// From here on it is left alone.
    func endHandling() { state.withLock { $0.isHandling = false } }

    /// Lets go of the task, so that the thread that it ends on can free it, whoever else still has the control.
    func detach() { state.withLock { $0.task = nil } }
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
