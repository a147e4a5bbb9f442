import Pipeline

/// Makes a generation visible when all its runs have ended, and says what is missing in it.
struct PublishStage: Stage {
    static let name: StageName = "publish"
    static let revision = 1
    static let limits = StageLimits(timeoutSeconds: 600, concurrency: 4)
    static let sends: [StageName] = []

    func handle(_ completed: AssetCompleted, in context: StageContext) async throws -> Effects {
        let ledger = try await context.catalog.ledger(
            of: context.asset,
            generation: context.generation,
            of: context.tenant
        )
        let failed = ledger.filter { $0.state == .failed }
        if let first = failed.first(where: { $0.run.name.stage == "probe" }) {
            return Effects(rows: [.publish(.failed, reason: first.reason)])
        }
        let notes = ledger.filter { [.done, .empty].contains($0.state) }.compactMap(\.reason)
        var reasons = failed.map { "\($0.run.name): \($0.reason ?? "failed")" }
        for note in notes where !reasons.contains(note) { reasons.append(note) }
        guard !reasons.isEmpty else { return Effects(rows: [.publish(.complete, reason: nil)]) }
        let hasResult = ledger.contains { $0.run.name.stage != "probe" && [.done, .empty].contains($0.state) }
        return Effects(rows: [.publish(hasResult ? .partial : .failed, reason: reasons.joined(separator: "; "))])
    }
}
