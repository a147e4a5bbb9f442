internal import Dispatch
internal import Pipeline

/// Extends the leases of messages that are being worked on, from its own thread.
///
/// A lease that is lost, or held for longer than the stage's limit, cancels its work. Once ``drop(_:)`` has returned, a
/// lease is never touched again.
actor LeaseKeeper {
    private struct Held {
        let since: ContinuousClock.Instant
        var extended: ContinuousClock.Instant
        let end: @Sendable (RunEnd) -> Void
    }

    private let executor = ThreadExecutor(label: "media.leases")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let queue: any Queue
    private let lease: Duration
    private let limit: Duration
    private let now: @Sendable () -> ContinuousClock.Instant
    private var held: [Receipt: Held] = [:]
    private var extending: Task<Void, Never>?
    private var timer: (any DispatchSourceTimer)?

    init(
        queue: any Queue,
        lease: Duration,
        limit: Duration,
        now: @escaping @Sendable () -> ContinuousClock.Instant
    ) {
        self.queue = queue
        self.lease = lease
        self.limit = limit
        self.now = now
    }

    /// Extends a lease from now on; `end` is called at most once, when it can't be held.
    func hold(_ receipt: Receipt, end: @escaping @Sendable (RunEnd) -> Void) {
        let now = now()
        held[receipt] = Held(since: now, extended: now, end: end)
        startTimer()
    }

    /// Lets go of a lease; waits for an extension that is under way.
    func drop(_ receipt: Receipt) async {
        held[receipt] = nil
        await extending?.value
        if held.isEmpty { stopTimer() }
    }

    /// Does what the timer would, and waits for it.
    func extendDue() async {
        guard extending == nil else { return }
        tick()
        await extending?.value
    }

    /// Extends what a third of the lease has gone by for, and ends what has run too long.
    private func tick() {
        let now = now()
        for (receipt, entry) in held where now - entry.since > limit {
            held[receipt] = nil
            entry.end(.timeLimit)
        }
        let due = held.filter { now - $0.value.extended > lease / 3 }.map(\.key)
        guard !due.isEmpty, extending == nil else { return }
        extending = Task { await self.extend(due) }
    }

    private func extend(_ receipts: [Receipt]) async {
        defer { extending = nil }
        let began = now()
        let results = await queue.extend(receipts, lease: lease)
        for (receipt, result) in zip(receipts, results) {
            switch result {
            case .success: held[receipt]?.extended = began
            case .failure(let fault):
                guard case .reject = fault.verdict, let entry = held.removeValue(forKey: receipt) else { continue }
                entry.end(.leaseLost)
            }
        }
    }

    private func startTimer() {
        guard timer == nil else { return }
        let timer = DispatchSource.makeTimerSource(queue: executor.queue)
        let period = max(0.01, min(1, lease / .seconds(1) / 12))
        timer.schedule(deadline: .now() + period, repeating: period)
        timer.setEventHandler { [weak self] in self?.assumeIsolated { $0.tick() } }
        timer.resume()
        self.timer = timer
    }

    private func stopTimer() {
        timer?.cancel()
        timer = nil
    }
}
