internal import FoundationEssentials
internal import Logging
package import Pipeline

/// Takes one delivery from its body to its settlement.
package struct Runner<S: Stage>: Sendable {
    let stage: S
    let world: World
    let committer: Committer
    private let keepers: [Lane: LeaseKeeper]
    private let estimate: LeaseEstimate
    private let claims: ClaimKeeper

    /// Makes a runner; `now` is the time by which it extends leases.
    package init(
        stage: S,
        world: World,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.stage = stage
        self.world = world
        committer = Committer(world, stage: S.self)
        claims = ClaimKeeper(catalog: world.catalog, lease: RunnerLimits.claimLease)
        let estimate = LeaseEstimate(initial: .seconds(S.limits.leaseSeconds))
        self.estimate = estimate
        let keepers = Lane.allCases.map { lane in
            let queue = world.queues(S.name, lane)
            return (
                lane,
                LeaseKeeper(
                    queue: queue,
                    estimate: estimate,
                    limit: .seconds(S.limits.timeoutSeconds),
                    now: now
                )
            )
        }
        self.keepers = Dictionary(uniqueKeysWithValues: keepers)
    }

    /// How long messages should be hidden when they are received.
    var lease: Duration { estimate.lease }

    /// Runs what the message asks for, then acknowledges, releases or dead-letters it. Never before its commit.
    ///
    /// Where the task is cancelled, the handler is; the message is given back all the same.
    package func run(_ delivery: Delivery, by lane: Lane = .interactive) async {
        let control = RunControl()
        let work = Task { await run(delivery, by: lane, control) }
        await withTaskCancellationHandler {
            _ = await work.value
        } onCancel: {
            control.stop(.interrupted)
        }
    }

    /// Extends the leases that are due, as the timer does: for a test, whose time goes by leaps.
    package func extendLeases() async { for keeper in keepers.values { await keeper.extendDue() } }

    /// Runs what the message asks for; the task must not be cancelled, `control` stops the handler.
    func run(_ delivery: Delivery, by lane: Lane, _ control: RunControl) async -> RunEnding {
        let began = ContinuousClock.now
        let (keeper, queue) = (keepers[lane], world.queues(S.name, lane))
        keeper?.hold(delivery, control) { await handOver(delivery, queue) }
        var ending = await runAll(in: delivery, lane, control)
        await keeper?.drop(delivery.receipt)
        estimate.record(.now - began)
        if control.end == .leaseLost { ending = .lost }
        await settle(delivery, ending, lane, isHandedOver: control.isHandedOver)
        return ending
    }

    private func settle(_ delivery: Delivery, _ ending: RunEnding, _ lane: Lane, isHandedOver: Bool) async {
        let queue = world.queues(S.name, lane)
        switch ending {
        case .lost: break
        case .dead(let fault): await bury(delivery, fault, lane, isHandedOver: isHandedOver)
        case _ where isHandedOver: break
        case .settled: report(await queue.acknowledge([delivery.receipt]))
        case .throttled(let delay), .later(let delay):
            report(await queue.release([delivery.receipt], after: min(delay, RunnerLimits.longestDelay)))
        }
    }

    private func runAll(in delivery: Delivery, _ lane: Lane, _ control: RunControl) async -> RunEnding {
        let envelopes: [Envelope<S.Input>]
        do throws(Fault) {
            envelopes = try stage.open(delivery.body, attributes: delivery.attributes, setting: world.setting)
        } catch {
            return .dead(error)
        }
        if envelopes.count == 1 { return await run(envelopes[0], delivery, lane, control) }
        var ending = RunEnding.settled
        for envelope in envelopes { ending = ending.joined(await run(envelope, delivery, lane, control)) }
        return ending
    }

    private func run(
        _ envelope: Envelope<S.Input>,
        _ delivery: Delivery,
        _ lane: Lane,
        _ control: RunControl
    ) async -> RunEnding {
        let key = RunKey(envelope, stage: S.name)
        let refusal: ClaimOutcome
        do throws(Fault) {
            switch try await world.catalog.claim(key, build: world.build, lease: RunnerLimits.claimLease) {
            case .granted(let claim):
                var attempt = Attempt(stage: stage, world: world, committer: committer, claims: claims)
                attempt.lane = lane
                return await attempt.run(envelope, claim, delivery, control)
            case let other: refusal = other
            }
            // Its last delivery may have failed the run and not got as far as the dead letter.
            guard refusal == .closed, delivery.receiveCount > 1, !delivery.isContinuation else {
                return refusal == .busy ? .later(busyDelay(delivery)) : .settled
            }
            return try await world.ending(of: key)
        } catch {
            world.logger.warning("claim failed", metadata: key.metadata.merging(["fault": "\(error)"]) { $1 })
            return .later(world.delay(attempt: delivery.receiveCount))
        }
    }

    /// Who is at work may be so for hours: the longer it takes, the less often it is asked.
    private func busyDelay(_ delivery: Delivery) -> Duration {
        RunnerLimits.busyDelay + world.delay(attempt: delivery.receiveCount)
    }

    /// Puts a message of the same content in the place of one that the service will not let anyone hold much longer.
    /// Whoever receives it finds the run at work, or takes it over after a crash.
    private func handOver(_ delivery: Delivery, _ queue: any Queue) async -> Bool {
        let message = OutgoingMessage(
            body: delivery.body,
            attributes: delivery.sendersAttributes.merging([Delivery.continuation: "1"]) { $1 },
            delay: RunnerLimits.longestDelay
        )
        guard case .success? = await queue.send([message]).first else { return false }
        report(await queue.acknowledge([delivery.receipt]))
        world.logger.info("a message was handed over to another one", metadata: ["message": "\(delivery.messageID)"])
        return true
    }

    /// Moves a message to the dead-letter queue; it stays where it is until that has worked.
    private func bury(_ delivery: Delivery, _ fault: Fault, _ lane: Lane, isHandedOver: Bool) async {
        let notice = DeathNotice(
            fault: fault,
            stage: S.name,
            revision: S.revision,
            build: world.build,
            lane: lane,
            bodyDigest: world.digester.digest([UInt8](delivery.body)),
            digester: world.digester
        )
        let attributes = delivery.sendersAttributes.merging(notice.attributes) { $1 }
        let message = OutgoingMessage(body: delivery.body, attributes: attributes)
        let queue = world.queues(S.name, lane)
        let result = await world.deadLetters(S.name).send([message]).first
        guard !isHandedOver else { return }
        switch result {
        case .success: report(await queue.acknowledge([delivery.receipt]))
        case .failure, nil: report(await queue.release([delivery.receipt], after: world.delay(attempt: 3)))
        }
    }

    private func report(_ results: [Result<Void, Fault>]) {
        for case .failure(let fault) in results {
            world.logger.warning("a message was not settled: it will come again", metadata: ["fault": "\(fault)"])
        }
    }
}

/// Bounds of a run.
enum RunnerLimits {
    /// A claim that is not renewed for so long is given to who asks for it.
    static let claimLease: Duration = .seconds(60)
    /// Somebody else is at work on the same run: its message was sent twice.
    static let busyDelay: Duration = .seconds(5)
    /// Of a message that comes again; SQS takes up to 12 h.
    static let longestDelay: Duration = .seconds(900)
}
