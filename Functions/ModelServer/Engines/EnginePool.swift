import Dispatch
import Synchronization

/// One model's engines, each loaded and used on a thread of its own, behind one bounded queue.
final class EnginePool<Engine>: Sendable {
    static var defaultWaitingLimit: Int { 32 }

    private struct Waiting {
        let id: Int
        let deadline: ContinuousClock.Instant
        let start: @Sendable (Engine) -> Void
        let fail: @Sendable (any Error) -> Void
    }

    private struct State {
        var waiting: [Waiting] = []
        var lastID = 0
        var readyCount = 0
        var isStopped = false
    }

    private enum Next {
        case work(Waiting)
        case nothing
        case end
    }

    private let engineCount: Int
    private let waitingLimit: Int
    private let load: @Sendable () throws -> Engine
    private let state = Mutex(State())
    /// Counts what was put into the queue, and the stop.
    private let signal = DispatchSemaphore(value: 0)

    /// Nothing is loaded yet.
    ///
    /// - Parameters:
    ///   - engineCount: so many run at once.
    ///   - waitingLimit: more requests than these are turned away.
    ///   - load: makes an engine and warms it; called on the engine's thread.
    init(
        engineCount: Int,
        waitingLimit: Int = EnginePool.defaultWaitingLimit,
        load: @escaping @Sendable () throws -> Engine
    ) {
        self.engineCount = engineCount
        self.waitingLimit = waitingLimit
        self.load = load
    }

    /// All engines are loaded and warm.
    var isReady: Bool {
        state.withLock { $0.readyCount == engineCount && !$0.isStopped }
    }

    /// Requests that no engine has taken yet.
    var waitingCount: Int {
        state.withLock { $0.waiting.count }
    }

    /// Loads the engines.
    ///
    /// - Throws: what `load` throws.
    func start() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<engineCount {
                group.addTask { try await self.startEngine() }
            }
            try await group.waitForAll()
        }
    }

    /// Ends the engines once the queue is empty; new work is turned away.
    func stop() {
        state.withLock { $0.isStopped = true }
        for _ in 0..<engineCount { signal.signal() }
    }

    /// Runs work on the next free engine.
    ///
    /// Work that has begun is not broken off; a caller that is cancelled before that takes its place in the queue back.
    /// - Parameters:
    ///   - deadline: work that has not begun by then never does.
    ///   - work: called on the engine's thread.
    /// - Returns: what `work` returns.
    /// - Throws: unready, busy or expired; cancellation; what `work` throws.
    func run<Output: Sendable>(
        deadline: ContinuousClock.Instant,
        _ work: @escaping @Sendable (Engine) throws -> Output
    ) async throws -> Output {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        let expiry = Task {
            try await Task.sleep(until: deadline, clock: .continuous)
            self.giveUp(id, ServingError.expired)
        }
        defer { expiry.cancel() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                enqueue(
                    Waiting(
                        id: id,
                        deadline: deadline,
                        start: { engine in continuation.resume(with: Result { try work(engine) }) },
                        fail: { continuation.resume(throwing: $0) }
                    )
                )
                // A cancellation that came before the work was in the queue found nothing there.
                if Task.isCancelled { giveUp(id, CancellationError()) }
            }
        } onCancel: {
            giveUp(id, CancellationError())
        }
    }

    private func enqueue(_ work: Waiting) {
        let refusal: ServingError? = state.withLock { state in
            guard state.readyCount == engineCount, !state.isStopped else { return .unready }
            guard state.waiting.count < waitingLimit else { return .busy(retryAfterSeconds: 1) }
            state.waiting.append(work)
            return nil
        }
        if let refusal { work.fail(refusal) } else { signal.signal() }
    }

    private func giveUp(_ id: Int, _ error: any Error) {
        let work = state.withLock { state in
            state.waiting.firstIndex { $0.id == id }.map { state.waiting.remove(at: $0) }
        }
        work?.fail(error)
    }

    private func startEngine() async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            EngineThread.start {
                do {
                    let engine = try self.load()
                    self.state.withLock { $0.readyCount += 1 }
                    continuation.resume()
                    self.serve(engine)
                } catch {
                    continuation.resume(throwing: error)
                }
            }
        }
    }

    private func serve(_ engine: Engine) {
        while true {
            signal.wait()
            switch next() {
            case .work(let work) where work.deadline <= .now: work.fail(ServingError.expired)
            case .work(let work): work.start(engine)
            case .nothing: continue
            case .end: return
            }
        }
    }

    /// The signal may have been for work that was given up meanwhile.
    private func next() -> Next {
        state.withLock { state in
            if !state.waiting.isEmpty { return .work(state.waiting.removeFirst()) }
            return state.isStopped ? .end : .nothing
        }
    }
}
