import Pipeline

/// Applies one run's writes within a transaction of its tenant.
struct CatalogWriter {
    let connection: PostgresConnection
    let claim: Claim

    var run: RunKey { claim.run }
    /// `$1`, `$2`: tenant and asset.
    var asset: [PostgresValue] { [.text(run.tenant.rawValue), run.asset.parameter] }

    func apply(_ write: CatalogWrite) async throws {
        switch write {
        case .register(let registration): try await register(registration)
        case .confirm(let sequencer): try await confirm(sequencer)
        case .remove(let sequencer): try await remove(sequencer)
        case .repointCopies(let successor): try await repointCopies(to: successor)
        case .facts(let facts): try await replace(facts)
        case .plan(let plan): try await add(plan, to: run.asset, generation: run.generation)
        case .moments(let moments): try await replace(moments)
        case .vectors(let model, let vectors): try await replace(vectors, of: model)
        case .outputs(let outputs): try await replace(outputs)
        case .fingerprints(let fingerprints): try await replace(fingerprints)
        case .duplicate(let original, let relation): try await replaceDuplicate(of: original, relation)
        case .nearDuplicates(let basis, let found): try await replaceDuplicates(by: basis, found)
        case .publish(let state, let reason): try await publish(state, reason: reason)
        case .usage(let usage): try await add(usage)
        }
    }

    /// The generation that this run failed to publish is not shown; an older one stays.
    func fail(reason: String) async throws(PostgresError) {
        try await connection.query(
            "UPDATE assets SET state = 'failed', reason = $3 WHERE tenant = $1 AND asset = $2",
            asset + [.text(reason)]
        )
    }

    func enqueue(_ messages: [OutboxMessage]) async throws(PostgresError) {
        for message in messages {
            try await connection.query(
                """
                INSERT INTO outbox (id, tenant, stage, lane, body) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING
                """,
                [
                    .text(message.id), .text(run.tenant.rawValue), .text(message.stage.rawValue),
                    .text(message.lane.rawValue), .bytes(Array(message.body)),
                ]
            )
        }
    }

    /// The last statement: the chain's lock is held from here to the end.
    func audit(_ state: RunState, _ writes: [CatalogWrite]) async throws(PostgresError) {
        try await connection.query(
            """
            INSERT INTO audit (tenant, asset, generation, stage, part, state, writes, build)
            SELECT tenant, asset, generation, stage, part, $6, $7, build FROM stage_runs
            WHERE tenant = $1 AND asset = $2 AND generation = $3 AND stage = $4 AND part = $5
            """,
            run.parameters + [.text(state.rawValue), .textArray(writes.map(\.kind))]
        )
    }

    private func publish(_ state: AssetState, reason: String?) async throws(PostgresError) {
        try await connection.query(
            """
            UPDATE assets SET state = $4, reason = $5, published_generation = $3 WHERE tenant = $1 AND asset = $2
            """,
            asset + [.int(run.generation), .text(state.rawValue), .text(orNull: reason)]
        )
        for table in ["moments", "vectors", "outputs"] {
            try await connection.query(
                "DELETE FROM \(table) WHERE tenant = $1 AND asset = $2 AND generation < $3",
                asset + [.int(run.generation)]
            )
        }
        try await deleteFingerprints("AND generation < $3", [.int(run.generation)])
        try await deleteOldDuplicates()
    }

    private func add(_ usage: ModelUsage) async throws(PostgresError) {
        try await connection.query(
            """
            INSERT INTO costs (tenant, asset, generation, stage, part, attempt, model, revision, request_count, units)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            """,
            run.parameters + [
                .int(claim.attempt), .text(usage.model.name), .text(usage.model.revision), .int(usage.requestCount),
                .double(usage.units),
            ]
        )
    }
}

extension CatalogWrite {
    /// What the audit trail calls it.
    fileprivate var kind: String {
        switch self {
        case .register: "register"
        case .confirm: "confirm"
        case .remove: "remove"
        case .repointCopies: "repointCopies"
        case .facts: "facts"
        case .plan: "plan"
        case .moments: "moments"
        case .vectors: "vectors"
        case .outputs: "outputs"
        case .fingerprints: "fingerprints"
        case .duplicate: "duplicate"
        case .nearDuplicates: "nearDuplicates"
        case .publish: "publish"
        case .usage: "usage"
        }
    }
}
