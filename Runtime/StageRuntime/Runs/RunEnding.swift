internal import Pipeline

/// What becomes of a message.
enum RunEnding: Sendable {
    case settled(SettledOutcome)
    /// It comes again.
    case later(Duration)
    /// It comes again, and the worker asks for less meanwhile.
    case throttled(Duration)
    case dead(Fault)
    /// It is somebody else's by now.
    case lost

    /// Of a message that asks for several runs: it comes again as long as one of them has not ended.
    func joined(_ other: RunEnding) -> RunEnding {
        switch (self, other) {
        case (.lost, _), (_, .lost): .lost
        case (.throttled, _): self
        case (_, .throttled): other
        case (_, .later): other
        case (.settled, .dead): other
        default: self
        }
    }

    /// How it is counted.
    var outcome: SettledOutcome {
        switch self {
        case .settled(let outcome): outcome
        case .later: .retry
        case .throttled: .throttled
        case .dead: .rejected
        case .lost: .lost
        }
    }
}

extension World {
    /// What becomes of a run's message by the ledger: dead where the run has failed, and left alone while another is at
    /// work, as where it was failed by an old claim.
    ///
    /// - Parameter run: claimed or closed before.
    /// - Returns: never lost.
    /// - Throws: the catalog's fault.
    func ending(of run: RunKey) async throws(Fault) -> RunEnding {
        let rows = try await catalog.ledger(of: run.asset, generation: run.generation, of: run.tenant)
        guard let row = rows.first(where: { $0.run.name == run.name }) else { return .settled(.stale) }
        guard row.state.isClosed else { return .later(RunnerLimits.busyDelay + delay(attempt: 1)) }
        return row.state == .failed
            ? .dead(.reject(run.name.stage.rawValue, row.reason ?? "it has failed")) : .settled(.done)
    }

    func delay(attempt: Int) -> Duration {
        var random = SystemRandomNumberGenerator()
        return backOff.delay(afterAttempt: attempt, using: &random)
    }
}
