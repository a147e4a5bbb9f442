import Pipeline

/// Reads all that a stage may read, and says so in its effects.
struct ReaderStage: Stage {
    static let name: StageName = "probe"
    static let revision = 1
    static let limits = StageLimits(leaseSeconds: 60, timeoutSeconds: 60, attempts: 3, concurrency: 2)
    static let sends: [StageName] = []

    func handle(_ received: AssetReceived, in context: StageContext) async throws -> Effects {
        let (tenant, asset, generation) = (context.tenant, context.asset, context.generation)
        let catalog = context.catalog
        let known = try await catalog.asset(asset, of: tenant)
        let original = try await catalog.original(of: received.source.digest, of: tenant)
        let copies = try await catalog.copies(of: asset, of: tenant, atMost: 5)
        let ledger = try await catalog.ledger(of: asset, generation: generation, of: tenant)
        let kinds = Set(MomentKind.allCases)
        let moments = try await catalog.moments(of: asset, generation: generation, kinds: kinds, of: tenant)
        let outputs = try await catalog.outputs(of: asset, generation: generation, names: [.keyframe], of: tenant)
        let info = try await context.objects.info(received.source.key)
        var facts = ["\(info?.byteCount ?? -1) \(info?.contentType ?? "?")"]
        facts.append("\(known?.generation ?? 0) \(known?.state.rawValue ?? "?") \(known?.facts?.details ?? "?")")
        facts.append("original \(original?.id.rawValue ?? "none"), copies \(copies.map(\.id))")
        // The claim of the run itself comes after the case was recorded.
        facts += ledger.filter { $0.run.name != "probe" }.map { "\($0.run.name) \($0.state) \($0.reason ?? "")" }
        facts += moments.map { "\($0.key.run) \($0.key.ordinal) \($0.moment.text)" }
        for output in outputs {
            facts.append("\(output.key) \(try await context.objects.info(output.key)?.byteCount ?? -1)")
        }
        guard info != nil else { throw Fault.reject("probe", "no object") }
        return Effects(rows: [.moments(facts.map { Moment(kind: .text, text: $0) })])
    }
}
