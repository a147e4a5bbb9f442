import Pipeline

/// Says which asset a copy is a copy of; nothing else of a copy is looked at.
struct MatchStage: Stage {
    static let name: StageName = "match"
    static let revision = 1
    static let limits = StageLimits(timeoutSeconds: 600, concurrency: 4)
    static let sends: [StageName] = ["probe"]

    func handle(_ received: AssetReceived, in context: StageContext) async throws -> Effects {
        let original = try await context.catalog.original(of: received.source.digest, of: context.tenant)
        guard let original, original.id != context.asset else {
            return try await analysed(received, context)
        }
        return Effects(rows: [.duplicate(of: original.id, relation: .identical)])
    }

    /// The original has gone or failed meanwhile: the copy is analysed itself.
    private func analysed(_ received: AssetReceived, _ context: StageContext) async throws -> Effects {
        let registration = AssetRegistration(
            asset: context.asset,
            generation: context.generation + 1,
            source: received.source,
            plan: try Plan([PlannedRun("probe")])
        )
        let event = OutgoingEvent(received, to: "probe", generation: registration.generation)
        return Effects(rows: [.register(registration)], events: [event])
    }
}
