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
            return await uncancelled { [self, error] in await conclude(error, delivery, claim, lane, control, trace) }
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
        // What was found is not thrown away: whoever asks the run to stop from here on waits for the commit.
        try await uncancelled { [committer] () throws(Fault) in
            try await trace.part("commit") { () async throws(Fault) in
                try await committer.commit(effects, of: claim, lane: lane, traceparent: traceparent)
            }
        }
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
        _ delivery: Delivery,
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
            return try await conclude(fault, delivery, claim, lane, trace)
        } catch {
            let facts: Logger.Metadata = ["fault": "\(error)"]
            world.logger.warning("the fault could not be written down", metadata: metadata(claim, facts))
            return .later(world.delay(attempt: claim.attempt))
        }
    }

    private func conclude(
        _ fault: Fault,
        _ delivery: Delivery,
        _ claim: Claim,
        _ lane: Lane,
        _ trace: MessageTrace
    ) async throws(Fault) -> RunEnding {
        let delay = world.delay(attempt: claim.attempt)
        switch fault.verdict {
        case .throttled(let after):
            try await world.catalog.postpone(claim, fault: fault, counts: false)
            // It is no attempt, and must wait longer each time all the same: services count what they deliver.
            return .throttled(max(after ?? .zero, world.delay(attempt: max(delivery.receiveCount, claim.attempt))))
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

    /// Does something to its end, although the task may be cancelled.
    private func uncancelled<Output: Sendable, Failure: Error>(
        _ body: @escaping @Sendable () async throws(Failure) -> Output
    ) async throws(Failure) -> Output {
        let outcome = Task { () -> Result<Output, Failure> in
            do throws(Failure) {
                return .success(try await body())
            } catch {
                return .failure(error)
            }
        }
        return try await outcome.value.get()
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
