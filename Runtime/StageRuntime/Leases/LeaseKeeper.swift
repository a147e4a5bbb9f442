internal import Cloud
internal import Dispatch
internal import Logging
internal import Pipeline
internal import Synchronization

/// Extends the leases of messages that are being worked on, from its own thread.
///
/// A lease that is lost, or held for longer than the stage's limit, stops its run. Once ``drop(_:)`` has returned, a
/// lease is never touched again.
final class LeaseKeeper: Sendable {
    /// One lease that is held. Unchecked: all that changes is touched under the keeper's lock alone.
    final class Hold: Registered, @unchecked Sendable {
        fileprivate let delivery: Delivery
        fileprivate let control: RunControl
        fileprivate let since: ContinuousClock.Instant
        fileprivate var extended: ContinuousClock.Instant
        fileprivate var lease: Duration
        fileprivate var isExtending = false
        /// Who drops it waits for the extension that is under way.
        fileprivate var dropper: CheckedContinuation<Void, Never>?
        /// It is another's, or handed over: it is not extended any more.
        fileprivate var isGivenUp = false
        /// It is over its time, and its run was told.
        fileprivate var isOverdue = false

        fileprivate init(_ delivery: Delivery, _ control: RunControl, since: ContinuousClock.Instant, lease: Duration) {
            self.delivery = delivery
            self.control = control
            self.since = since
            self.extended = since
            self.lease = lease
        }
    }

    private struct Due {
        var extensions: [(Hold, Receipt)] = []
        var handOvers: [(Hold, Delivery)] = []

        var isEmpty: Bool { extensions.isEmpty && handOvers.isEmpty }
    }

    /// Puts another message in the place of one that can't be held much longer; true where that has worked.
    typealias HandOver = @Sendable (Delivery) async -> Bool

    private struct State {
        var held = Registry<Hold>()
        var timer: (any DispatchSourceTimer)?
    }

    /// How long a run that is over its limit may take to end.
    private static let stallLimit: Duration = .seconds(30)
    /// Before the service's own limit: time for the hand-over to fail some times.
    private static let handOverMargin: Duration = .seconds(3600)

    private let queue: any Queue
    private let estimate: LeaseEstimate
    private let limit: Duration
    private let period: Double
    private let now: @Sendable () -> ContinuousClock.Instant
    private let metrics: StageMetrics
    private let isTimed: Bool
    private let stalled: @Sendable () -> Void
    private let handOver: HandOver
    private let handOverAge: Duration?
    private let executor = ThreadExecutor(label: "media.leases")
    private let state = Mutex(State())

    /// Makes a keeper.
    ///
    /// - Parameters:
    ///   - queue: whose messages they are.
    ///   - estimate: how long a lease is to be.
    ///   - limit: how long one may be held.
    ///   - metrics: counts extensions and losses.
    ///   - now: the time by which leases are extended.
    ///   - isTimed: whether leases are extended by a timer, and not only by ``extendDue()``.
    ///   - stalled: called where a run goes on although it was told to end some time ago: its thread hangs.
    ///   - handOver: called where the service will not let anyone hold a message much longer, until it has worked.
    init(
        queue: any Queue,
        estimate: LeaseEstimate,
        limit: Duration,
        metrics: StageMetrics = .off,
        now: @escaping @Sendable () -> ContinuousClock.Instant,
        isTimed: Bool = true,
        stalled: @escaping @Sendable () -> Void = {},
        handOver: @escaping HandOver = { _ in false }
    ) {
        self.queue = queue
        self.estimate = estimate
        self.limit = limit
        self.metrics = metrics
        self.isTimed = isTimed
        self.stalled = stalled
        self.handOver = handOver
        self.now = now
        handOverAge = queue.longestHold.map { $0 - Self.handOverMargin }
        period = max(0.01, min(1, estimate.lease / .seconds(1) / 12))
    }

    /// Extends a lease from now on, and stops the run when it can't be held.
    ///
    /// - Parameters:
    ///   - delivery: whose lease.
    ///   - control: of the run.
    ///   - lease: that it was received with.
    /// - Returns: what ``drop(_:)`` takes.
    func hold(_ delivery: Delivery, _ control: RunControl, for lease: Duration) -> Hold {
        let now = now()
        control.holdsLease(until: now + lease)
        let hold = Hold(delivery, control, since: now, lease: lease)
        state.withLock { state in
            if isTimed, state.timer == nil { state.timer = startTimer() }
            state.held.enter(hold)
        }
        return hold
    }

    /// Lets go of a lease; waits for an extension that is under way.
    func drop(_ hold: Hold) async {
        guard !isDropped(hold, nil) else { return }
        await withCheckedContinuation { dropper in
            if isDropped(hold, dropper) { dropper.resume() }
        }
    }

    /// Takes a lease out, unless an extension is under way: then `dropper` is told when that has ended.
    private func isDropped(_ hold: Hold, _ dropper: CheckedContinuation<Void, Never>?) -> Bool {
        state.withLock { state in
            guard hold.isExtending else {
                state.held.remove(hold)
                return true
            }
            hold.dropper = dropper
            return false
        }
    }

    /// Does what the timer would, and waits for it.
    func extendDue() async { await serve(due()) }

    /// The leases that a third has gone by of. Runs over their limit are told to end, those of other messages' leases, too.
    private func due() -> Due {
        let now = now()
        var overdue: [RunControl] = []
        var isStalled = false
        let due = state.withLock { state in
            var due = Due()
            for hold in state.held.all where !hold.isExtending {
                let age = now - hold.since
                if hold.isOverdue {
                    isStalled = isStalled || (age > limit + Self.stallLimit && hold.control.isHandling)
                } else if age > limit {
                    hold.isOverdue = true
                    overdue.append(hold.control)
                } else if hold.isGivenUp {
                    continue
                } else if let handOverAge, age > handOverAge {
                    hold.isExtending = true
                    due.handOvers.append((hold, hold.delivery))
                } else if now - hold.extended > hold.lease / 3 {
                    hold.isExtending = true
                    due.extensions.append((hold, hold.delivery.receipt))
                }
            }
            if state.held.isEmpty { state.timer.take()?.cancel() }
            return due
        }
        for control in overdue { control.stop(.timeLimit) }
        if isStalled { stalled() }
        return due
    }

    private func serve(_ due: Due) async {
        for (hold, delivery) in due.handOvers { release(hold, isHandedOver: await handOver(delivery)) }
        await extend(due.extensions)
    }

    private func extend(_ leases: [(hold: Hold, receipt: Receipt)]) async {
        guard !leases.isEmpty else { return }
        let began = now()
        let lease = estimate.lease
        // Up to a tenth longer, so that many workers do not all come at once.
        let asked = lease + lease * Double.random(in: 0...0.1)
        let results = await queue.extend(leases.map(\.receipt), lease: asked)
        for (index, held) in leases.enumerated() {
            let result = index < results.count ? results[index] : .failure(.retry("queue.extend"))
            conclude(held.hold, result, began, lease)
        }
    }

    private func conclude(
        _ hold: Hold,
        _ result: Result<Void, Fault>,
        _ began: ContinuousClock.Instant,
        _ lease: Duration
    ) {
        var lost: RunControl?
        let dropper = state.withLock { state in
            switch result {
            case .success:
                hold.extended = began
                hold.lease = lease
                hold.control.holdsLease(until: began + lease)
            case .failure(let fault):
                if fault.saysLeaseIsLost {
                    hold.isGivenUp = true
                    lost = hold.control
                }
            }
            return Self.end(hold, &state)
        }
        if case .success = result { metrics.leasesExtended(1) }
        if let lost {
            metrics.leaseLost()
            lost.stop(.leaseLost)
        }
        dropper?.resume()
    }

    private func release(_ hold: Hold, isHandedOver: Bool) {
        let dropper = state.withLock { state in
            hold.isGivenUp = isHandedOver
            if isHandedOver { hold.control.isHandedOver = true }
            return Self.end(hold, &state)
        }
        dropper?.resume()
    }

    /// Ends an extension; takes the lease out where somebody waits for that.
    private static func end(_ hold: Hold, _ state: inout State) -> CheckedContinuation<Void, Never>? {
        hold.isExtending = false
        if hold.dropper != nil { state.held.remove(hold) }
        return hold.dropper.take()
    }

    private func startTimer() -> any DispatchSourceTimer {
        let timer = DispatchSource.makeTimerSource(queue: executor.queue)
        timer.schedule(deadline: .now() + period, repeating: period)
        timer.setEventHandler { [weak self] in
            guard let self else { return }
            let due = due()
            guard !due.isEmpty else { return }
            Task(executorPreference: executor) { await self.serve(due) }
        }
        timer.resume()
        return timer
    }
}

extension Fault {
    /// Whether another may have the message by now. A call that was refused for another reason, as for want of a right, says
    /// nothing of the lease, and is tried again until it runs out.
    fileprivate var saysLeaseIsLost: Bool {
        guard case .reject = verdict else { return false }
        return serviceError.map { $0.isLeaseLost || $0.isLeaseAtItsEnd } ?? true
    }
}
