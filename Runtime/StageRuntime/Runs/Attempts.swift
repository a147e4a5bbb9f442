internal import Logging
internal import Pipeline

/// Attempts at runs that were claimed: handles, commits, and writes down what went wrong.
final class Attempts: Sendable {
    private let stage: BoundStage
    let world: World
    private let committer: Committer
    let claims: ClaimKeeper

    init(stage: BoundStage, world: World, committer: Committer) {
        self.stage = stage
        self.world = world
        self.committer = committer
        claims = ClaimKeeper(catalog: world.catalog, lease: RunnerLimits.claimLease)
    }

    func run(
        _ run: BoundStage.Run,
        _ claim: Claim,
        _ delivery: Delivery,
        _ lane: Lane,
        _ control: RunControl,
        _ trace: MessageTrace
    ) async -> RunEnding {
        let began = ContinuousClock.now
        let hold = claims.hold(claim)
        defer { claims.drop(hold) }
        do throws(Fault) {
            guard claim.attempt <= stage.limits.attempts else {
                throw .reject(
                    stage.name.rawValue,
                    "given up: it was begun \(stage.limits.attempts) times and never ended"
                )
            }
            var isEmpty = false
            if claim.isAfterCrash, let quarantine = world.quarantine {
                try await handle(control) { try await quarantine.run(delivery, claim, lane: lane) }
            } else {
                isEmpty = try await work(run, claim, hold, lane, control, trace)
            }
            world.logger.info("run ended", metadata: metadata(claim, ["milliseconds": "\(began.millisecondsToNow)"]))
            return .settled(isEmpty ? .empty : .done)
        } catch {
            trace.failed(error)
            guard control.end != nil else { return await conclude(error, run, claim, lane, control, trace) }
            // The task is cancelled, or will be in a moment: what is left to do must be done all the same.
            return await Task { [error] in await conclude(error, run, claim, lane, control, trace) }.value
        }
    }

    /// Handles and commits a run whose claim somebody else renews.
    ///
    /// - Throws: the run's fault.
    func work(_ run: BoundStage.Run, _ claim: Claim, _ lane: Lane) async throws(Fault) {
        let trace = MessageTrace(passing: run.traceparent)
        _ = try await work(run, claim, nil, lane, RunControl(), trace)
    }

    /// - Returns: whether nothing was found.
    private func work(
        _ run: BoundStage.Run,
        _ claim: Claim,
        _ hold: ClaimKeeper.Hold?,
        _ lane: Lane,
        _ control: RunControl,
        _ trace: MessageTrace
    ) async throws(Fault) -> Bool {
        let context = StageContext(
            tenant: claim.run.tenant,
            asset: claim.run.asset,
            generation: claim.run.generation,
            attempt: claim.attempt,
            run: HandledRun(self, claim, hold, control)
        )
        let effects = try await trace.part("handle") { () async throws(Fault) in
            try await handle(control) { try await run.handle(context) }
        }
        let traceparent = trace.traceparent
        let shown = world.metrics.isOn ? await measure(effects, of: claim, lane) : nil
        guard control.end != nil else {
            try await trace.part("commit") { () async throws(Fault) in
                try await committer.commit(effects, of: claim, lane: lane, traceparent: traceparent)
            }
            shown?()
            return effects.isEmpty
        }
        // Stopped when it was done already, and cancelled now or in a moment: what it found is not thrown away.
        let commit = Task { () -> Result<Void, Fault> in
            do throws(Fault) {
                return .success(try await committer.commit(effects, of: claim, lane: lane, traceparent: traceparent))
            } catch {
                return .failure(error)
            }
        }
        try await commit.value.get()
        shown?()
        return effects.isEmpty
    }

    /// What notes, after the commit, how long an upload took to be shown for the first time; nil where this
    /// commit shows nothing new.
    private func measure(_ effects: Effects, of claim: Claim, _ lane: Lane) async -> (() -> Void)? {
        for case .publish(let state, _) in effects.rows {
            let asset = try? await world.catalog.asset(claim.run.asset, of: claim.run.tenant)
            guard let asset, let uploaded = asset.uploadedMilliseconds, asset.generation == claim.run.generation,
                asset.publishedGeneration != claim.run.generation
            else { continue }
            return { [world] in world.metrics.published(state, by: lane, after: world.now() - uploaded) }
        }
        return nil
    }

    private func handle<Output: Sendable>(
        _ control: RunControl,
        _ body: () async throws -> Output
    ) async throws(Fault) -> Output {
        control.beginHandling()
        defer { control.endHandling() }
        let began = ContinuousClock.now
        do {
            let output = try await body()
            world.metrics.handled(in: .now - began)
            return output
        } catch {
            let fault = error as? Fault ?? .retry("\(stage.name).handle", underlying: error)
            world.metrics.handled(in: .now - began, faultClass: fault.faultClass)
            throw fault
        }
    }

    /// Writes the fault into the ledger and decides what becomes of the message.
    private func conclude(
        _ fault: Fault,
        _ run: BoundStage.Run,
        _ claim: Claim,
        _ lane: Lane,
        _ control: RunControl,
        _ trace: MessageTrace
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
                fault = .reject(stage.name.rawValue, "it took longer than \(stage.limits.timeoutSeconds) s, its limit")
            case nil: break
            }
            return try await conclude(fault, claim, lane, trace)
        } catch {
            let facts: Logger.Metadata = ["fault": "\(error)"]
            world.logger.warning("the fault could not be written down", metadata: metadata(claim, facts))
            return .later(world.delay(attempt: claim.attempt))
        }
    }

    private func conclude(
        _ fault: Fault,
        _ claim: Claim,
        _ lane: Lane,
        _ trace: MessageTrace
    ) async throws(Fault) -> RunEnding {
        let delay = world.delay(attempt: claim.attempt)
        switch fault.verdict {
        case .throttled(let after):
            try await world.catalog.postpone(claim, fault: fault, counts: false)
            return .throttled(max(after ?? .zero, delay))
        case .retry(let after) where claim.attempt < stage.limits.attempts:
            try await world.catalog.postpone(claim, fault: fault, counts: true)
            return .later(max(after ?? .zero, delay))
        case .retry, .reject:
            try await committer.fail(claim, fault: fault, lane: lane, traceparent: trace.traceparent)
            let ending = try await world.ending(of: claim.run)
            guard case .dead = ending else { return ending }
            return .dead(fault)
        }
    }

    private func metadata(_ claim: Claim, _ more: Logger.Metadata = [:]) -> Logger.Metadata {
        claim.metadata.merging(more) { $1 }
    }
}

extension RunKey {
    /// What a log line says of a run.
    var metadata: Logger.Metadata { ["asset": "\(asset)", "run": "\(name)"] }
}

extension ContinuousClock.Instant {
    fileprivate var millisecondsToNow: Int { Int((ContinuousClock.now - self) / .milliseconds(1)) }
}
