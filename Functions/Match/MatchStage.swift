import MediaAnalysis
import Pipeline

/// Says what an asset repeats: which asset has the same bytes, and which ones look or sound like it, and where.
struct MatchStage: Stage {
    static let name: StageName = "match"
    static let revision = 2
    static let limits = StageLimits(timeoutSeconds: 600, concurrency: 4)
    static let resources = StageResources(cpus: 0.5, memoryMB: 1024, maxTasks: 50)
    static let sends: [StageName] = ["probe"]

    func handle(_ sought: DuplicatesSought, in context: StageContext) async throws -> Effects {
        switch sought.by {
        case .bytes: try await matchBytes(sought.source, context)
        case .picture:
            try await match(try await facts(context)?.kind == .image ? .picture : .frames, context)
        case .sound: try await match(.sound, context)
        }
    }

    /// Of two assets that come at the same time at least the later one finds the other: fingerprints are committed before
    /// the message that leads here is sent, so that whoever was committed last sees both.
    private func match(_ kind: FingerprintKind, _ context: StageContext) async throws -> Effects {
        let own = try await context.catalog.fingerprints(
            kind,
            of: context.asset,
            generation: context.generation,
            of: context.tenant
        )
        let found = try await DuplicateSearch(context.catalog, tenant: context.tenant)
            .duplicates(of: own, asset: context.asset, progress: context.progress)
        return Effects(rows: [.nearDuplicates(by: kind.basis, found)], isEmpty: found.isEmpty)
    }

    private func facts(_ context: StageContext) async throws -> AssetFacts? {
        try await context.catalog.asset(context.asset, of: context.tenant)?.facts
    }

    /// Nothing else of an exact copy is looked at.
    private func matchBytes(_ source: ObjectReference, _ context: StageContext) async throws -> Effects {
        let original = try await context.catalog.original(of: source.digest, of: context.tenant)
        guard let original, original.id != context.asset else { return try await analysed(source, context) }
        return Effects(rows: [.duplicate(of: original.id, relation: .identical)])
    }

    /// The original has gone or failed meanwhile: the copy is analysed itself.
    private func analysed(_ source: ObjectReference, _ context: StageContext) async throws -> Effects {
        let registration = AssetRegistration(
            asset: context.asset,
            generation: context.generation + 1,
            source: source,
            plan: try Plan([PlannedRun("probe")])
        )
        let received = AssetReceived(source: source)
        let event = OutgoingEvent(received, to: "probe", generation: registration.generation)
        return Effects(rows: [.register(registration)], events: [event])
    }
}
