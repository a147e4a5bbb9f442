import Pipeline

/// Makes a generation visible when all its runs have ended, and says what is missing in it.
struct PublishStage: Stage {
    static let name: StageName = "publish"
    static let revision = 1
    static let limits = StageLimits(timeoutSeconds: 600, concurrency: 4)
    static let resources = StageResources(minTasks: 1)
    /// Its one worker that always runs also sends what others' crashes have left in the outbox.
    static let sends: [StageName] = ["ingest", "probe", "scenes", "transcribe", "readtext", "embed", "match"]

    func handle(_ completed: AssetCompleted, in context: StageContext) async throws -> Effects {
        let ledger = try await context.catalog.ledger(
            of: context.asset,
            generation: context.generation,
            of: context.tenant
        )
        let (state, reason) = outcome(ledger)
        let effects = Effects(rows: [.publish(state, reason: reason)])
        guard state == .failed else { return effects }
        // What failed here may succeed for a copy; if not, the copy says itself why.
        let asset = try await context.catalog.asset(context.asset, of: context.tenant)
        return try await effects.promotingCopy(of: asset, context)
    }

    private func outcome(_ ledger: [LedgerRow]) -> (AssetState, reason: String?) {
        let failed = ledger.filter { $0.state == .failed }
        if let first = failed.first(where: { $0.run.name.stage == "probe" }) { return (.failed, first.reason) }
        let notes = ledger.filter { [.done, .empty].contains($0.state) }.compactMap(\.reason)
        var reasons = failed.map { "\($0.run.name): \($0.reason ?? "failed")" }
        for note in notes where !reasons.contains(note) { reasons.append(note) }
        guard !reasons.isEmpty else { return (.complete, nil) }
        let hasResult = ledger.contains { $0.run.name.stage != "probe" && [.done, .empty].contains($0.state) }
        return (hasResult ? .partial : .failed, reasons.joined(separator: "; "))
    }
}
