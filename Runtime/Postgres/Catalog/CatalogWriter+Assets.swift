import Pipeline

extension CatalogWriter {
    /// Makes a generation the current one; open runs of older ones are stale.
    func register(_ registration: AssetRegistration) async throws {
        try await requireOriginal(registration.copyOf, registration.source.digest)
        let sql = registration.generation == 1 ? Self.insertAsset : Self.updateAsset
        let source = registration.source
        let written = try await connection.query(
            sql,
            [
                .text(run.tenant.rawValue), registration.asset.parameter, .int(registration.generation),
                .text(source.bucket), .text(source.key), .int64(source.byteCount), .text(orNull: source.contentType),
                .text(source.digest.rawValue), .text(orNull: registration.versionID),
                .text(orNull: registration.sequencer?.rawValue), registration.copyOf?.parameter ?? .null,
                registration.uploadedMilliseconds.map { .int64($0) } ?? .null,
            ]
        )
        guard written.rowCount == 1 else {
            throw Fault.retry("postgres.register", underlying: LostRace(generation: registration.generation))
        }
        try await closeRuns(of: registration.asset)
        try await add(registration.plan, to: registration.asset, generation: registration.generation)
    }

    func confirm(_ sequencer: Sequencer?) async throws(PostgresError) {
        try await connection.query(
            "UPDATE assets SET sequencer = \(Self.newer("$3")) WHERE tenant = $1 AND asset = $2",
            asset + [.text(orNull: sequencer?.rawValue)]
        )
    }

    /// Keeps the asset's row, its ledger, its costs and its audit trail. What is still being read of it comes too late: the
    /// next generation is another.
    func remove(_ sequencer: Sequencer?) async throws(PostgresError) {
        try await closeRuns(of: run.asset)
        try await connection.query(
            """
            UPDATE assets SET state = 'removed', reason = NULL, sequencer = \(Self.newer("$3")),
                generation = generation + 1, published_generation = NULL, kind = NULL, duration_milliseconds = NULL, details = NULL
            WHERE tenant = $1 AND asset = $2
            """,
            asset + [.text(orNull: sequencer?.rawValue)]
        )
        for table in ["moments", "vectors", "outputs", "duplicates"] {
            try await connection.query("DELETE FROM \(table) WHERE tenant = $1 AND asset = $2", asset)
        }
        try await deleteFingerprints()
        try await connection.query("DELETE FROM near_duplicates WHERE tenant = $1 AND $2 IN (asset, other)", asset)
    }

    func repointCopies(to successor: AssetID) async throws(PostgresError) {
        try await connection.query(
            "UPDATE assets SET copy_of = nullif($3::uuid, asset) WHERE tenant = $1 AND copy_of = $2",
            asset + [successor.parameter]
        )
    }

    func replace(_ facts: AssetFacts) async throws(PostgresError) {
        try await connection.query(
            """
            UPDATE assets SET kind = $3, duration_milliseconds = $4, details = $5 WHERE tenant = $1 AND asset = $2
            """,
            asset + [
                .text(facts.kind.rawValue), .int64(orNull: facts.durationMilliseconds.map(Int64.init)),
                .text(facts.details),
            ]
        )
    }

    func replaceDuplicate(of original: AssetID, _ relation: DuplicateRelation) async throws(PostgresError) {
        try await connection.query(
            """
            INSERT INTO duplicates (tenant, asset, generation, duplicate_of, relation) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (tenant, asset) DO UPDATE
            SET generation = excluded.generation, duplicate_of = excluded.duplicate_of, relation = excluded.relation
            """,
            asset + [.int(run.generation), original.parameter, .text(relation.rawValue)]
        )
    }

    /// Adds what is planned and not in the ledger yet.
    func add(_ plan: Plan, to asset: AssetID, generation: Int) async throws(PostgresError) {
        for planned in plan.runs {
            let key = RunKey(tenant: run.tenant, asset: asset, generation: generation, name: planned.name)
            try await connection.query(
                """
                INSERT INTO stage_runs (tenant, asset, generation, stage, part, after_stage, after_part)
                VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING
                """,
                key.parameters + [
                    .text(orNull: planned.after?.stage.rawValue), .text(orNull: planned.after?.part),
                ]
            )
        }
    }

    /// A copy needs an original that stays one until this transaction's end.
    private func requireOriginal(_ original: AssetID?, _ digest: Digest) async throws {
        guard let original else { return }
        let found = try await connection.query(
            """
            SELECT 1 FROM assets WHERE tenant = $1 AND asset = $2 AND copy_of IS NULL
                AND state NOT IN ('removed', 'failed') AND digest = $3
            FOR SHARE
            """,
            [.text(run.tenant.rawValue), original.parameter, .text(digest.rawValue)]
        )
        guard found.rowCount == 1 else {
            throw Fault.retry("postgres.register", underlying: LostOriginal(asset: original))
        }
    }

    /// A copy that came while its original's bytes went was not seen by who took them away: the work is done again.
    func requireCopiesOfSameBytes() async throws {
        let strayed = try await connection.query(
            """
            SELECT 1 FROM assets c JOIN assets o ON o.tenant = c.tenant AND o.asset = c.copy_of
            WHERE c.tenant = $1 AND c.copy_of = $2 AND c.state <> 'removed'
                AND (o.state = 'removed' OR o.digest <> c.digest)
            LIMIT 1
            """,
            asset
        )
        guard strayed.rowCount == 0 else {
            throw Fault.retry("postgres.commit", underlying: LostOriginal(asset: run.asset))
        }
    }

    /// The later of the known sequencer and a new one, compared as ``Sequencer`` does.
    private static func newer(_ new: String) -> String {
        let isNewer = "rtrim(upper(\(new)), '0') COLLATE \"C\" > rtrim(upper(sequencer), '0') COLLATE \"C\""
        return "CASE WHEN sequencer IS NULL OR \(isNewer) THEN coalesce(\(new), sequencer) ELSE sequencer END"
    }

    private func closeRuns(of asset: AssetID) async throws(PostgresError) {
        try await connection.query(
            """
            UPDATE stage_runs SET state = 'stale', ended = clock_timestamp()
            WHERE tenant = $1 AND asset = $2 AND generation > 0 AND state IN ('pending', 'running')
            """,
            [.text(run.tenant.rawValue), asset.parameter]
        )
    }

    private static let insertAsset = """
        INSERT INTO assets (tenant, asset, generation, bucket, key, byte_count, content_type, digest, version_id,
            sequencer, copy_of, uploaded_milliseconds, state)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'processing')
        ON CONFLICT (tenant, asset) DO NOTHING
        """

    private static let updateAsset = """
        UPDATE assets SET generation = $3, bucket = $4, key = $5, byte_count = $6, content_type = $7, digest = $8,
            version_id = $9, sequencer = \(newer("$10")), copy_of = $11, uploaded_milliseconds = $12, state = 'processing', reason = NULL,
            kind = NULL, duration_milliseconds = NULL, details = NULL
        WHERE tenant = $1 AND asset = $2 AND generation = $3 - 1
        """
}

/// A generation that is not the next one.
struct LostRace: Error {
    let generation: Int
}

/// A copy whose original is none any more.
struct LostOriginal: Error {
    let asset: AssetID
}
