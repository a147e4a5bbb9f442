internal import FoundationEssentials
internal import Logging
package import Pipeline

/// Takes one delivery from its body to its settlement. A class, as is all that every message goes through: copies would
/// cost more than the work.
package final class Runner: Sendable {
    let stage: BoundStage
    let world: World
    let committer: Committer
    private let attempts: Attempts
    private let claimCheck: ClaimCheck
    private let payloads: ByteBudget
    private let interactive: Desk
    private let bulk: Desk
    private let estimate: LeaseEstimate

    /// Where the messages of one lane are settled.
    private struct Desk: Sendable {
        let queue: any Queue
        let keeper: LeaseKeeper
    }

    /// Makes a runner; `now` is the time by which it extends leases where the caller says when: ``extendLeases()``.
    package convenience init<S: Stage>(
        stage: S,
        world: World,
        now: (@Sendable () -> ContinuousClock.Instant)? = nil
    ) {
        self.init(BoundStage(stage), world, now: now)
    }

    init(
        _ stage: BoundStage,
        _ world: World,
        now: (@Sendable () -> ContinuousClock.Instant)? = nil,
        payloads: ByteBudget = ByteBudget(RunnerLimits.payloadByteCount),
        stalled: @escaping @Sendable () -> Void = {}
    ) {
        self.stage = stage
        self.payloads = payloads
        self.world = world
        committer = Committer(world, stage: stage.name, sends: stage.sends)
        attempts = Attempts(stage: stage, world: world, committer: committer)
        claimCheck = ClaimCheck(world)
        let estimate = LeaseEstimate(initial: .seconds(stage.limits.leaseSeconds))
        let limit = Duration.seconds(stage.limits.timeoutSeconds)
        self.estimate = estimate
        func desk(_ lane: Lane) -> Desk {
            let queue = world.queues(stage.name, lane)
            let keeper = LeaseKeeper(
                queue: queue,
                estimate: estimate,
                limit: limit,
                metrics: world.metrics,
                now: now ?? { .now },
                isTimed: now == nil,
                stalled: stalled,
                handOver: { await Self.handOver($0, queue, world.logger) }
            )
            return Desk(queue: queue, keeper: keeper)
        }
        (interactive, bulk) = (desk(.interactive), desk(.bulk))
    }

    private func desk(_ lane: Lane) -> Desk {
        switch lane {
        case .interactive: interactive
        case .bulk: bulk
        }
    }

    /// How long messages should be hidden when they are received.
    var lease: Duration { estimate.lease }

    /// Runs what the message asks for, then acknowledges, releases or dead-letters it. Never before its commit.
    ///
    /// Where the task is cancelled, the handler is; the message is given back all the same.
    package func run(_ delivery: Delivery, by lane: Lane = .interactive) async {
        let control = RunControl()
        let (attached, attach) = AsyncStream.makeStream(of: Never.self)
        let work = Task {
            // Not before it can be cancelled: a simulated run must go the same way each time.
            for await _ in attached {}
            let run = await run(delivery, by: lane, lease: lease, control)
            guard run.isToAcknowledge else { return }
            // What is left to do must be done all the same.
            await Task {
                let result = await desk(lane).queue.acknowledge([delivery.receipt]).first
                settled(run, result ?? .failure(.retry("queue.acknowledge")))
            }.value
        }
        control.attach(work)
        attach.finish()
        await withTaskCancellationHandler {
            await work.value
        } onCancel: {
            control.stop(.interrupted)
        }
    }

    /// Extends the leases that are due, as the timer does: for a test, whose time goes by leaps.
    package func extendLeases() async { for desk in [interactive, bulk] { await desk.keeper.extendDue() } }

    /// How a message's run has ended.
    struct Ended: Sendable {
        let ending: RunEnding
        /// Whether the message is still to be acknowledged.
        let isToAcknowledge: Bool
        fileprivate let began: ContinuousClock.Instant
    }

    /// Runs what the message asks for, in a task that `control` cancels while the handler is at work, and no longer; then
    /// releases or dead-letters the message, unless it is to be acknowledged: many are together, and the caller says
    /// ``settled(_:_:)`` then.
    ///
    /// - Parameters:
    ///   - delivery: what was received.
    ///   - lane: whose queue it came from.
    ///   - lease: that it was received with.
    ///   - control: attached to the task.
    /// - Returns: how it has ended.
    func run(_ delivery: Delivery, by lane: Lane, lease: Duration, _ control: RunControl) async -> Ended {
        let desk = desk(lane)
        let began = ContinuousClock.now
        let hold = desk.keeper.hold(delivery, control, for: lease)
        if let recorder = world.recorder { await recorder.record(delivery) }
        var ending = await runAll(in: delivery, lane, control)
        await desk.keeper.drop(hold)
        estimate.record(.now - began)
        if control.end == .leaseLost { ending = .lost }
        // Its copy comes, finds how the run has ended, and is settled by that: also where this process ends here.
        let isHandedOver = control.isHandedOver
        if case .settled = ending, !isHandedOver {
            return Ended(ending: ending, isToAcknowledge: true, began: began)
        }
        // What is left to do must be done all the same where the task is cancelled.
        if !isHandedOver { await Task { [ending] in await settle(delivery, ending, lane, desk.queue) }.value }
        world.metrics.settled(ending.outcome, after: .now - began)
        return Ended(ending: ending, isToAcknowledge: false, began: began)
    }

    /// Notes that a message was acknowledged. One that was not comes again, and is counted then.
    func settled(_ run: Ended, _ result: Result<Void, Fault>) {
        report([result])
        guard case .success = result else { return }
        world.metrics.settled(run.ending.outcome, after: .now - run.began)
    }

    private func settle(_ delivery: Delivery, _ ending: RunEnding, _ lane: Lane, _ queue: any Queue) async {
        switch ending {
        case .lost, .settled: break
        case .dead(let fault): await bury(delivery, fault, lane, queue)
        case .throttled(let delay), .later(let delay):
            world.metrics.retried()
            report(await queue.release([delivery.receipt], after: min(delay, RunnerLimits.longestDelay)))
        }
    }

    private func runAll(in delivery: Delivery, _ lane: Lane, _ control: RunControl) async -> RunEnding {
        let head = ClaimedEnvelope(delivery.body)
        // One that is not in its place is not fetched.
        let byteCount = head.map { $0.isInPlace ? $0.claim.byteCount : 0 } ?? 0
        if byteCount > 0 { await payloads.take(byteCount) }
        defer { if byteCount > 0 { payloads.give(byteCount) } }
        let runs: [BoundStage.Run]
        do throws(Fault) {
            let body = if let head { try await claimCheck.redeemed(head) } else { delivery.body }
            runs = try stage.open(body, attributes: delivery.attributes, setting: world.setting)
        } catch {
            guard case .reject = error.verdict else { return .later(world.delay(attempt: delivery.receiveCount)) }
            guard let head, let run = stage.unopened(head, error) else { return .dead(error) }
            runs = [run]
        }
        if runs.count == 1 { return await run(runs[0], delivery, lane, control) }
        var ending = RunEnding.settled(.empty)
        for run in runs { ending = ending.joined(await self.run(run, delivery, lane, control)) }
        return ending
    }

    private func run(
        _ run: BoundStage.Run,
        _ delivery: Delivery,
        _ lane: Lane,
        _ control: RunControl
    ) async -> RunEnding {
        world.metrics.aged(sent: run.sent, by: lane, now: world.now())
        guard world.trace.isOn else {
            return await claimed(run, delivery, lane, control, MessageTrace(passing: run.traceparent))
        }
        return await world.trace.process(
            traceparent: run.traceparent,
            messageID: run.messageID,
            asset: run.key.asset
        ) { trace in
            let ending = await claimed(run, delivery, lane, control, trace)
            trace.settled(ending.outcome)
            return ending
        }
    }

    private func claimed(
        _ run: BoundStage.Run,
        _ delivery: Delivery,
        _ lane: Lane,
        _ control: RunControl,
        _ trace: MessageTrace
    ) async -> RunEnding {
        do throws(Fault) {
            let outcome = try await trace.part("claim") { () async throws(Fault) in
                try await world.catalog.claim(run.key, build: world.build, lease: RunnerLimits.claimLease)
            }
            switch outcome {
            case .granted(let claim):
                trace.attempt(claim.attempt)
                return await attempts.run(run, claim, delivery, lane, control, trace)
            case .busy:
                world.metrics.claimRefused(.busy)
                return .later(busyDelay(delivery))
            case .stale:
                world.metrics.claimRefused(.stale)
                return .settled(.stale)
            case .closed:
                world.metrics.claimRefused(.closed)
                // Its last delivery may have failed the run and not got as far as the dead letter.
                guard delivery.receiveCount > 1 || delivery.isContinuation else { return .settled(.done) }
                return try await world.ending(of: run.key)
            }
        } catch {
            trace.failed(error)
            world.logger.warning("claim failed", metadata: run.key.metadata.merging(["fault": "\(error)"]) { $1 })
            return .later(world.delay(attempt: delivery.receiveCount))
        }
    }

    /// Who is at work may be so for hours: the longer it takes, the less often it is asked.
    private func busyDelay(_ delivery: Delivery) -> Duration {
        RunnerLimits.busyDelay + world.delay(attempt: delivery.receiveCount)
    }

    /// Puts a message of the same content in the place of one that the service will not let anyone hold much longer.
    /// Whoever receives it finds the run at work, or takes it over after a crash.
    private static func handOver(_ delivery: Delivery, _ queue: any Queue, _ logger: Logger) async -> Bool {
        let message = OutgoingMessage(
            body: delivery.body,
            attributes: DeathNotice.without(delivery.attributes).merging([Delivery.continuation: "1"]) { $1 },
            delay: RunnerLimits.longestDelay,
            orderingKey: delivery.orderingKey
        )
        guard case .success? = await queue.send([message]).first else { return false }
        report(await queue.acknowledge([delivery.receipt]), logger)
        logger.info("a message was handed over to another one", metadata: ["message": "\(delivery.messageID)"])
        return true
    }

    /// Moves a message to the dead-letter queue; it stays where it is until that has worked.
    private func bury(
        _ delivery: Delivery,
        _ fault: Fault,
        _ lane: Lane,
        _ queue: any Queue
    ) async {
        let letters = world.deadLetters(stage.name)
        let notice = DeathNotice(
            fault,
            stage: stage.name,
            revision: stage.revision,
            build: world.build,
            lane: lane,
            body: [UInt8](delivery.body),
            digester: world.digester
        )
        let message = OutgoingMessage(
            body: delivery.body,
            attributes: notice.attributes(beside: delivery.attributes, atMost: letters.attributeCount),
            orderingKey: delivery.orderingKey
        )
        let result = await letters.send([message]).first
        if case .success = result { world.metrics.deadLettered(faultClass: fault.faultClass) }
        switch result {
        case .success: report(await queue.acknowledge([delivery.receipt]))
        case .failure, nil: report(await queue.release([delivery.receipt], after: world.delay(attempt: 3)))
        }
    }

    private func report(_ results: [Result<Void, Fault>]) { Self.report(results, world.logger) }

    private static func report(_ results: [Result<Void, Fault>], _ logger: Logger) {
        for case .failure(let fault) in results {
            logger.warning("a message was not settled: it will come again", metadata: ["fault": "\(fault)"])
        }
    }
}
