internal import FoundationEssentials
internal import Logging
package import Pipeline

/// Takes one delivery from its body to its settlement.
package struct Runner<S: Stage>: Sendable {
    let stage: S
    let world: World
    let committer: Committer
    let keeper: LeaseKeeper

    /// Makes a runner; `now` is the time by which it extends leases.
    package init(
        stage: S,
        world: World,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.stage = stage
        self.world = world
        self.committer = Committer(world, stage: S.self)
        self.keeper = LeaseKeeper(
            queue: world.queues(S.name),
            lease: .seconds(S.limits.leaseSeconds),
            limit: .seconds(S.limits.timeoutSeconds),
            now: now
        )
    }

    /// Runs what the message asks for, then acknowledges, releases or dead-letters it. Never before its commit.
    package func run(_ delivery: Delivery) async {
        let settlement = await settlement(of: delivery)
        // Of its own, so that a message is given back even where the process is being stopped.
        await Task { await settle(delivery, settlement) }.value
    }

    /// Extends the leases that are due, as the timer does: for a test, whose time goes by leaps.
    package func extendLeases() async { await keeper.extendDue() }

    private func settle(_ delivery: Delivery, _ settlement: Settlement) async {
        let queue = world.queues(S.name)
        switch settlement {
        case .settled: report(await queue.acknowledge([delivery.receipt]))
        case .later(let delay):
            report(await queue.release([delivery.receipt], after: min(delay, RunnerLimits.longestDelay)))
        case .dead(let fault): await bury(delivery, fault)
        case .lost: break
        }
    }

    private enum Settlement {
        case settled
        case later(Duration)
        case dead(Fault)
        /// The message is somebody else's by now.
        case lost
    }

    private func settlement(of delivery: Delivery) async -> Settlement {
        let control = RunControl(receiveCount: delivery.receiveCount)
        let work = Task { await runAll(in: delivery, control) }
        await keeper.hold(delivery.receipt) { control.stop($0) }
        let outcome = await withTaskCancellationHandler {
            await work.value
        } onCancel: {
            control.stop(.interrupted)
        }
        await keeper.drop(delivery.receipt)
        return control.end == .leaseLost ? .lost : outcome
    }

    private func runAll(in delivery: Delivery, _ control: RunControl) async -> Settlement {
        let envelopes: [Envelope<S.Input>]
        do { envelopes = try stage.open(delivery.body, attributes: delivery.attributes, setting: world.setting) } catch { return .dead(error) }
        var outcome = Settlement.settled
        for envelope in envelopes {
            switch await run(envelope, control) {
            case .settled: break
            case .later(let delay): outcome = .later(delay)
            case .dead(let fault): if case .settled = outcome { outcome = .dead(fault) }
            case .lost: return .lost
            }
        }
        return outcome
    }

    private func run(_ envelope: Envelope<S.Input>, _ control: RunControl) async -> Settlement {
        let key = RunKey(
            tenant: envelope.tenant,
            asset: envelope.asset,
            generation: envelope.generation,
            name: RunName(S.name, part: envelope.payload.part)
        )
        var logger = world.logger
        logger[metadataKey: "asset"] = "\(key.asset)"
        logger[metadataKey: "run"] = "\(key.name)"
        do {
            switch try await world.catalog.claim(key, build: world.build, lease: RunnerLimits.claimLease) {
            case .granted(let claim):
                logger[metadataKey: "attempt"] = "\(claim.attempt)"
                return await attempt(envelope, claim, control, logger)
            case .busy: return .later(RunnerLimits.busyDelay + delay(attempt: 1))
            // Its last delivery may have failed the run and not got as far as the dead letter.
            case .closed: return control.receiveCount > 1 ? try await ending(of: key) : .settled
            case .stale: return .settled
            }
        } catch {
            logger.warning("claim failed", metadata: ["fault": "\(error)"])
            return .later(delay(attempt: control.receiveCount))
        }
    }

    private func attempt(
        _ envelope: Envelope<S.Input>,
        _ claim: Claim,
        _ control: RunControl,
        _ logger: Logger
    ) async -> Settlement {
        let began = ContinuousClock.now
        do throws(Fault) {
            guard claim.attempt <= S.limits.attempts else {
                throw .reject(S.name.rawValue, "given up: it was begun \(S.limits.attempts) times and never ended")
            }
            let effects = try await handle(envelope, claim, control, logger)
            try await committer.commit(effects, of: claim, traceparent: envelope.traceparent)
            logger.info("run ended", metadata: ["milliseconds": "\(began.millisecondsToNow)"])
            return .settled
        } catch {
            return await conclude(error, envelope, claim, control, logger)
        }
    }

    private func handle(
        _ envelope: Envelope<S.Input>,
        _ claim: Claim,
        _ control: RunControl,
        _ logger: Logger
    ) async throws(Fault) -> Effects {
        let reporter = ProgressReporter(catalog: world.catalog, claim: claim, lease: RunnerLimits.claimLease)
        defer { reporter.stop() }
        let context = StageContext(
            tenant: envelope.tenant,
            asset: envelope.asset,
            generation: envelope.generation,
            attempt: claim.attempt,
            objects: world.objects,
            catalog: world.catalog,
            models: world.models,
            digester: world.digester,
            scratch: FileScratch(),
            logger: logger,
            progress: { reporter.report($0) }
        )
        do {
            return try await control.handle { try await stage.handle(envelope.payload, in: context) }
        } catch let fault as Fault {
            throw fault
        } catch {
            throw .retry("\(S.name).handle", underlying: error)
        }
    }

    /// Writes the fault into the ledger and decides what becomes of the message.
    private func conclude(
        _ fault: Fault,
        _ envelope: Envelope<S.Input>,
        _ claim: Claim,
        _ control: RunControl,
        _ logger: Logger
    ) async -> Settlement {
        logger.warning("run failed", metadata: ["fault": "\(fault)", "class": "\(fault.faultClass)"])
        do throws(Fault) {
            var fault = fault
            switch control.end {
            case .leaseLost: return .lost
            case .interrupted:
                try await world.catalog.postpone(claim, fault: fault, counts: false)
                return .later(.seconds(1))
            case .timeLimit:
                fault = .reject(S.name.rawValue, "it took longer than \(S.limits.timeoutSeconds) s, its limit")
            case nil: break
            }
            switch fault.verdict {
            case .throttled(let after):
                try await world.catalog.postpone(claim, fault: fault, counts: false)
                return .later(max(after ?? .zero, delay(attempt: control.receiveCount)))
            case .retry(let after) where claim.attempt < S.limits.attempts:
                try await world.catalog.postpone(claim, fault: fault, counts: true)
                return .later(max(after ?? .zero, delay(attempt: claim.attempt)))
            case .retry, .reject:
                try await committer.fail(claim, fault: fault, traceparent: envelope.traceparent)
                let ending = try await ending(of: claim.run)
                guard case .dead = ending else { return ending }
                return .dead(fault)
            }
        } catch {
            logger.warning("the fault could not be written down", metadata: ["fault": "\(error)"])
            return .later(delay(attempt: claim.attempt))
        }
    }

    /// What becomes of a run's message by the ledger: dead where the run has failed, and left alone while another is at
    /// work, as where it was failed by an old claim.
    ///
    /// - Parameter run: claimed or closed before.
    /// - Returns: never lost.
    /// - Throws: the catalog's fault.
    private func ending(of run: RunKey) async throws(Fault) -> Settlement {
        let rows = try await world.catalog.ledger(of: run.asset, generation: run.generation, of: run.tenant)
        guard let row = rows.first(where: { $0.run.name == run.name }) else { return .settled }
        guard row.state.isClosed else { return .later(RunnerLimits.busyDelay + delay(attempt: 1)) }
        return row.state == .failed ? .dead(.reject(S.name.rawValue, row.reason ?? "it has failed")) : .settled
    }

    private func delay(attempt: Int) -> Duration {
        var random = SystemRandomNumberGenerator()
        return world.backOff.delay(afterAttempt: attempt, using: &random)
    }

    /// Moves a message to the dead-letter queue; it stays where it is until that has worked.
    private func bury(_ delivery: Delivery, _ fault: Fault) async {
        let letters = world.deadLetters(S.name)
        let attributes = DeathNotice.attributes(
            beside: delivery.attributes,
            faultClass: fault.faultClass,
            reason: String(fault.description.filter(\.isPrintable).prefix(RunnerLimits.reasonLength)),
            stage: S.name,
            build: world.build,
            atMost: letters.attributeCount
        )
        let message = OutgoingMessage(
            body: delivery.body,
            attributes: attributes,
            orderingKey: delivery.orderingKey
        )
        let queue = world.queues(S.name)
        switch await letters.send([message]).first {
        case .success: report(await queue.acknowledge([delivery.receipt]))
        case .failure, nil: report(await queue.release([delivery.receipt], after: delay(attempt: 3)))
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
    /// Characters of a dead letter's reason.
    static let reasonLength = 1000
}

extension Character {
    /// Whether a queue's attribute may hold it.
    fileprivate var isPrintable: Bool { unicodeScalars.allSatisfy { $0.properties.generalCategory != .control } }
}

extension ContinuousClock.Instant {
    fileprivate var millisecondsToNow: Int { Int((ContinuousClock.now - self) / .milliseconds(1)) }
}
