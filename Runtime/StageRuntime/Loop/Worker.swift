internal import Logging
package import Pipeline
internal import Synchronization

/// A stage at work: receives as many messages as it has free slots, and runs each by itself.
package final class Worker: Sendable {
    private let stage: StageName
    private let world: World
    private let runner: Runner
    private let slots: Slots
    private let lanes: [Lane]
    private let turns: LaneTurns
    private let gate: PollGate
    private let pollerCount: Int
    private let heartbeat: Heartbeat?
    private let protection: TaskProtection?
    private let stall: StallSignal
    private let isReady: @Sendable () async -> Bool
    private let runs = ActiveRuns()
    private let acknowledgements: [Lane: Acknowledgements]
    private let isStopping = Atomic(false)

    /// Makes a worker.
    ///
    /// - Parameters:
    ///   - stage: what it does.
    ///   - world: what it talks to.
    ///   - lanes: the stage's queues that it serves; not empty.
    ///   - concurrency: runs at once; nil for the stage's own limit.
    ///   - heartbeat: tells the outside that the loop turns.
    ///   - protection: keeps the outside from ending it at work.
    ///   - isReady: asked beside the first poll, and waited for before what it brings is begun; where it says no, messages
    ///     are given back.
    package init<S: Stage>(
        stage: S,
        world: World,
        lanes: [Lane] = Lane.allCases,
        concurrency: Int? = nil,
        heartbeat: Heartbeat? = nil,
        protection: TaskProtection? = nil,
        isReady: @escaping @Sendable () async -> Bool = { true }
    ) {
        self.isReady = isReady
        self.heartbeat = heartbeat
        self.protection = protection
        self.stage = S.name
        self.world = world
        acknowledgements = Dictionary(
            uniqueKeysWithValues: lanes.map { ($0, Acknowledgements(world.queues(S.name, $0))) }
        )
        let concurrency = concurrency ?? S.limits.concurrency
        let stall = StallSignal()
        self.stall = stall
        runner = Runner(BoundStage(stage), self.world, stalled: { stall.raise() })
        slots = Slots(concurrency, lanes: lanes)
        self.lanes = lanes
        turns = LaneTurns(lanes)
        pollerCount = min(max(concurrency / WorkerLimits.batch, 1), WorkerLimits.pollers)
        gate = PollGate(atMost: pollerCount)
    }

    /// Works until the task is cancelled, or a run hangs that was told to end; then lets runs end for `grace`, breaks off
    /// what is left, and returns.
    ///
    /// - Throws: retry, where a run hangs: the process must end, so that the run is tried again in quarantine.
    package func run(grace: Duration = .seconds(20)) async throws(Fault) {
        await withTaskGroup { group in
            group.addTask { [self] in await loop() }
            group.addTask { [stall] in await stall.wait() }
            await group.next()
            group.cancelAll()
        }
        if await !runs.finish(within: grace) {
            world.logger.warning("runs did not end although they were broken off; others will take them over")
        }
        if stall.isRaised { throw .retry("worker", underlying: HungRun(stage: stage)) }
    }

    private func loop() async {
        let pollers = (0..<pollerCount).map { index in Task { await poll(index) } }
        let keeper = Task { await keepHouse() }
        let sweeper = Task { await sweep() }
        await withTaskCancellationHandler {
            for poller in pollers { await poller.value }
            await sweeper.value
            await keeper.value
        } onCancel: {
            isStopping.store(true, ordering: .relaxed)
            slots.close()
            gate.close()
            sweeper.cancel()
            keeper.cancel()
            // A poll that is broken off at once would hide what is on its way at that moment.
            Task {
                try? await Task.sleep(for: WorkerLimits.lastAnswer)
                for poller in pollers { poller.cancel() }
            }
        }
    }

    private var isStopped: Bool { isStopping.load(ordering: .relaxed) }

    /// One long poll after the other; what it brings is begun, or given back where the worker is being stopped meanwhile.
    private func poll(_ index: Int) async {
        var failures = 0
        while !isStopped, await gate.enter(index) {
            // Whose turn it is depends on what has ended by then.
            await slots.room(for: lanes.contains(.interactive) ? .interactive : .bulk)
            let (lane, wait) = turns.next(hasRoom: slots.hasRoom(for: .bulk))
            let free = await slots.take(atMost: WorkerLimits.batch, for: lane)
            guard free > 0 else { return }
            let (deliveries, lease): ([Delivery], Duration)
            do throws(Fault) {
                lease = runner.lease
                deliveries = try await receive(lane, atMost: free, wait: wait, lease: lease)
                failures = 0
            } catch {
                slots.give(free, of: lane)
                // The other lane is not asked all the more often for it.
                turns.note(lane, count: 0)
                guard !isStopped else { return }
                failures += 1
                await rest(after: error, failures)
                continue
            }
            slots.give(free - deliveries.count, of: lane)
            turns.note(lane, count: deliveries.count)
            world.metrics.received(deliveries.count)
            if deliveries.count == WorkerLimits.batch { gate.widen() }
            if deliveries.isEmpty { gate.narrow() }
            if deliveries.isEmpty, wait == .zero, lane == .interactive {
                // Bulk messages wait, and there may be no room for them: to look again and again would cost more.
                await slots.room(for: .bulk, within: WorkerLimits.glance)
            }
            guard !deliveries.isEmpty else { continue }
            guard await isReady(), !isStopped else {
                await giveBack(deliveries, lane)
                return
            }
            for delivery in deliveries { begin(delivery, lane, lease) }
        }
    }

    private func receive(
        _ lane: Lane,
        atMost count: Int,
        wait: Duration,
        lease: Duration
    ) async throws(Fault) -> [Delivery] {
        heartbeat?.beat()
        world.metrics.pollBegan()
        defer { world.metrics.pollEnded() }
        do throws(Fault) {
            let received = try await world.queues(stage, lane).receive(atMost: count, wait: wait, lease: lease)
            heartbeat?.polled(lane, .success(received))
            return received
        } catch {
            heartbeat?.polled(lane, .failure(error))
            throw error
        }
    }

    private func begin(_ delivery: Delivery, _ lane: Lane, _ lease: Duration) {
        let control = RunControl()
        runs.begin(control)
        control.attach(Task.detached { [self] in await work(delivery, lane, lease, control) })
    }

    private func work(_ delivery: Delivery, _ lane: Lane, _ lease: Duration, _ control: RunControl) async {
        let ended = await runner.run(delivery, by: lane, lease: lease, control)
        control.detach()
        guard ended.isToAcknowledge, let acknowledgements = acknowledgements[lane] else {
            return end(control, lane, ended)
        }
        acknowledgements.add(delivery.receipt) { [self] result in
            runner.settled(ended, result)
            end(control, lane, ended)
        }
    }

    private func end(_ control: RunControl, _ lane: Lane, _ ended: Runner.Ended) {
        if ended.ending.outcome == .throttled {
            slots.slowDown()
            slots.give(1, of: lane)
        } else {
            slots.giveGood(of: lane)
        }
        runs.end(control)
    }

    private func giveBack(_ deliveries: [Delivery], _ lane: Lane) async {
        let (queue, receipts) = (world.queues(stage, lane), deliveries.map(\.receipt))
        slots.give(deliveries.count, of: lane)
        guard !receipts.isEmpty else { return }
        // Of its own: in a task that is cancelled nothing would be sent.
        _ = await Task { await queue.release(receipts, after: .zero) }.value
    }

    /// A rest is no standstill: it beats, and is short enough for the queue to be back soon after its service is.
    private func rest(after fault: Fault, _ failures: Int) async {
        world.logger.warning("receive failed", metadata: ["fault": "\(fault)"])
        var random = SystemRandomNumberGenerator()
        heartbeat?.beat()
        let delay = world.backOff.delay(afterAttempt: failures, using: &random)
        try? await Task.sleep(for: min(delay, WorkerLimits.longestRest))
    }

    /// What is done now and then, whatever the services do.
    private func keepHouse() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: WorkerLimits.sweepPeriod)
            guard !Task.isCancelled else { return }
            let use = slots.use
            world.metrics.slots(used: use.inUse, limit: use.limit)
            // To wait for a run is work, not a standstill; a poll that hangs is one.
            if slots.isWaitedFor { heartbeat?.beat() }
            await protection?.update(isBusy: !runs.isEmpty)
        }
    }

    private func sweep() async {
        var isMoreLeft = false
        while !Task.isCancelled {
            let jitter = Duration.milliseconds(Int.random(in: 0...2000))
            if !isMoreLeft { try? await Task.sleep(for: WorkerLimits.sweepPeriod + jitter) }
            guard !Task.isCancelled else { return }
            do throws(Fault) {
                let count = try await runner.committer.sweep(
                    olderThan: WorkerLimits.unsentAge,
                    atMost: WorkerLimits.sweepBatch
                )
                isMoreLeft = count == WorkerLimits.sweepBatch
                world.metrics.outboxSwept(count)
                if count > 0 { world.logger.info("sent what was left", metadata: ["messages": "\(count)"]) }
            } catch {
                isMoreLeft = false
                world.logger.warning("sweep failed", metadata: ["fault": "\(error)"])
            }
        }
    }
}

/// Bounds of a worker's loops.
enum WorkerLimits {
    /// Messages in one receive: SQS's limit.
    static let batch = 10
    /// Polls at once.
    static let pollers = 8
    /// How long a worker that is being stopped waits for what its polls may bring.
    static let lastAnswer: Duration = .milliseconds(300)
    static let sweepPeriod: Duration = .seconds(5)
    /// Between two receives that failed: well within ``Heartbeat/freshness``.
    static let longestRest: Duration = .seconds(20)
    /// How often the interactive queue is looked at while bulk work takes all its slots.
    static let glance: Duration = .seconds(1)
    /// A message of the outbox that is this old was left behind.
    static let unsentAge: Duration = .seconds(10)
    static let sweepBatch = 100
}

/// A handler that goes on past its limit and hears nothing.
struct HungRun: Error, CustomStringConvertible {
    let stage: StageName
    var description: String { "a run of \(stage) hangs past its limit: the process ends, and it is tried again alone" }
}
