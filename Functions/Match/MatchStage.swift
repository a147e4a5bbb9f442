import Pipeline

/// Says which asset a copy is a copy of; nothing else of a copy is looked at.
struct MatchStage: Stage {
    static let name: StageName = "match"
    static let revision = 1
    static let limits = StageLimits(timeoutSeconds: 600, concurrency: 4)
    static let sends: [StageName] = []

    func handle(_ received: AssetReceived, in context: StageContext) async throws -> Effects {
        let original = try await context.catalog.original(of: received.source.digest, of: context.tenant)
        guard let original, original.id != context.asset else { return .none }
        return Effects(rows: [.duplicate(of: original.id, relation: .identical)])
    }
}
