internal import Logging
internal import Pipeline

/// One attempt at a run that was claimed: handles, commits, and writes down what went wrong.
struct Attempt<S: Stage>: Sendable {
    let stage: S
    let world: World
    let committer: Committer
    let claims: ClaimKeeper
    var lane = Lane.interactive

    func run(
        _ envelope: Envelope<S.Input>,
        _ claim: Claim,
        _ delivery: Delivery,
        _ control: RunControl
    ) async -> RunEnding {
        let began = ContinuousClock.now
        claims.hold(claim)
        defer { claims.drop(claim) }
        do throws(Fault) {
            guard claim.attempt <= S.limits.attempts else {
                throw .reject(S.name.rawValue, "given up: it was begun \(S.limits.attempts) times and never ended")
            }
            if claim.isAfterCrash, let quarantine = world.quarantine {
                try await handle(control) { try await quarantine.run(delivery, claim, lane: lane) }
            } else {
                try await work(envelope, claim, control)
            }
            world.logger.info("run ended", metadata: metadata(claim, ["milliseconds": "\(began.millisecondsToNow)"]))
            return .settled
        } catch {
            return await conclude(error, envelope, claim, control)
        }
    }

    /// Handles and commits.
    func work(_ envelope: Envelope<S.Input>, _ claim: Claim, _ control: RunControl) async throws(Fault) {
        let context = context(envelope, claim, control)
        let effects = try await handle(control) { try await stage.handle(envelope.payload, in: context) }
        try await committer.commit(effects, of: claim, lane: lane, traceparent: envelope.traceparent)
    }

    private func handle<Output: Sendable>(
        _ control: RunControl,
        _ body: @escaping @Sendable () async throws -> Output
    ) async throws(Fault) -> Output {
        do { return try await control.handle(body) } catch let fault as Fault {
            throw fault
        } catch {
            throw .retry("\(S.name).handle", underlying: error)
        }
    }

    private func context(_ envelope: Envelope<S.Input>, _ claim: Claim, _ control: RunControl) -> StageContext {
        var logger = world.logger
        for (key, value) in metadata(claim) { logger[metadataKey: key] = value }
        return StageContext(
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
            leaseLeft: { control.leaseLeft },
            progress: { claims.report($0, of: claim.run) }
        )
    }

    /// Writes the fault into the ledger and decides what becomes of the message.
    private func conclude(
        _ fault: Fault,
        _ envelope: Envelope<S.Input>,
        _ claim: Claim,
        _ control: RunControl
    ) async -> RunEnding {
        let facts: Logger.Metadata = ["fault": "\(fault)", "class": "\(fault.faultClass)"]
        world.logger.warning("run failed", metadata: metadata(claim, facts))
        do throws(Fault) {
            var fault = fault
            switch control.end {
            case .leaseLost:
                try await world.catalog.postpone(claim, fault: fault, counts: false)
                return .lost
            case .interrupted:
                try await world.catalog.postpone(claim, fault: fault, counts: false)
                return .later(.seconds(1))
            case .timeLimit:
                fault = .reject(S.name.rawValue, "it took longer than \(S.limits.timeoutSeconds) s, its limit")
            case nil: break
            }
            return try await conclude(fault, envelope, claim)
        } catch {
            let facts: Logger.Metadata = ["fault": "\(error)"]
            world.logger.warning("the fault could not be written down", metadata: metadata(claim, facts))
            return .later(world.delay(attempt: claim.attempt))
        }
    }

    private func conclude(
        _ fault: Fault,
        _ envelope: Envelope<S.Input>,
        _ claim: Claim
    ) async throws(Fault) -> RunEnding {
        let delay = world.delay(attempt: claim.attempt)
        switch fault.verdict {
        case .throttled(let after):
            try await world.catalog.postpone(claim, fault: fault, counts: false)
            return .throttled(max(after ?? .zero, delay))
        case .retry(let after) where claim.attempt < S.limits.attempts:
            try await world.catalog.postpone(claim, fault: fault, counts: true)
            return .later(max(after ?? .zero, delay))
        case .retry, .reject:
            try await committer.fail(claim, fault: fault, lane: lane, traceparent: envelope.traceparent)
            let ending = try await world.ending(of: claim.run)
            guard case .dead = ending else { return ending }
            return .dead(fault)
        }
    }

    private func metadata(_ claim: Claim, _ more: Logger.Metadata = [:]) -> Logger.Metadata {
        claim.run.metadata.merging(["attempt": "\(claim.attempt)"].merging(more) { $1 }) { $1 }
    }
}

extension RunKey {
    init<Payload: Event>(_ envelope: Envelope<Payload>, stage: StageName) {
        self.init(
            tenant: envelope.tenant,
            asset: envelope.asset,
            generation: envelope.generation,
            name: RunName(stage, part: envelope.payload.part)
        )
    }

    /// What a log line says of a run.
    var metadata: Logger.Metadata { ["asset": "\(asset)", "run": "\(name)"] }
}

extension ContinuousClock.Instant {
    fileprivate var millisecondsToNow: Int { Int((ContinuousClock.now - self) / .milliseconds(1)) }
}
