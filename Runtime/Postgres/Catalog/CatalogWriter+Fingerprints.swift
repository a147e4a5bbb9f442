import Pipeline

extension CatalogWriter {
    /// Rows in one statement: a statement's time is limited.
    private static let fingerprintBatch = 1000

    func replace(_ fingerprints: Fingerprints) async throws {
        let ofRun = "AND generation = $3 AND stage = $4 AND part = $5"
        switch fingerprints {
        case .picture(let prints), .frames(let prints):
            let kind = fingerprints.kind
            try await deleteHashes("\(ofRun) AND kind = '\(kind.rawValue)'", run.parameters)
            for start in stride(from: 0, to: prints.count, by: Self.fingerprintBatch) {
                try await insert(prints[start..<min(start + Self.fingerprintBatch, prints.count)], kind)
            }
        case .sound(let sound):
            try await deleteSound(ofRun, run.parameters)
            if !sound.items.isEmpty { try await insert(sound) }
        }
    }

    /// Deletes the asset's fingerprints with what the index holds of them.
    ///
    /// - Parameters:
    ///   - condition: which; its parameters count from `$3`.
    ///   - parameters: of the condition.
    /// - Throws: the database's error.
    func deleteFingerprints(_ condition: String = "", _ parameters: [PostgresValue] = []) async throws(PostgresError) {
        try await deleteHashes(condition, asset + parameters)
        try await deleteSound(condition, asset + parameters)
    }

    private func deleteHashes(_ condition: String, _ parameters: [PostgresValue]) async throws(PostgresError) {
        try await delete(from: "fingerprints", "fingerprint_terms", condition, parameters)
    }

    private func deleteSound(_ condition: String, _ parameters: [PostgresValue]) async throws(PostgresError) {
        try await delete(from: "sound_fingerprints", "sound_terms", condition, parameters)
    }

    private func delete(
        from table: String,
        _ terms: String,
        _ condition: String,
        _ parameters: [PostgresValue]
    ) async throws(PostgresError) {
        try await connection.query(
            """
            WITH gone AS (
                DELETE FROM \(table) WHERE tenant = $1 AND asset = $2 \(condition) RETURNING number
            )
            DELETE FROM \(terms) WHERE tenant = $1 AND number IN (SELECT number FROM gone)
            """,
            parameters
        )
    }

    private func insert(_ prints: ArraySlice<FrameFingerprint>, _ kind: FingerprintKind) async throws {
        try await connection.query(
            """
            WITH added AS (
                INSERT INTO fingerprints (tenant, asset, generation, stage, part, kind, ordinal, start_milliseconds,
                    end_milliseconds, quality, is_indexed, hash)
                SELECT $1, $2::uuid, $3, $4, $5, $6, $7 + ordinality - 1, start, finish, quality,
                    is_indexed = 1, hash::bit(256)
                FROM unnest($8, $9, $10, $11, $12::text[]) WITH ORDINALITY
                    AS f (start, finish, quality, is_indexed, hash, ordinality)
                RETURNING number, hash, is_indexed, quality
            )
            INSERT INTO fingerprint_terms (tenant, term, number)
            SELECT $1, term, number FROM added CROSS JOIN LATERAL hash_terms(hash) AS term
            WHERE is_indexed AND quality >= \(MatchLimits.quality)
            """,
            run.parameters + [
                .text(kind.rawValue), .int(prints.startIndex),
                .int64Array(prints.map { Int64($0.startMilliseconds) }),
                .int64Array(prints.map { Int64($0.endMilliseconds) }),
                .int64Array(prints.map { Int64($0.quality) }), .int64Array(prints.map { $0.isIndexed ? 1 : 0 }),
                .textArray(prints.map(\.hash.bits)),
            ]
        )
    }

    private func insert(_ sound: SoundItems) async throws {
        let indexed = sound.indexed
        let added = try await connection.query(
            """
            INSERT INTO sound_fingerprints (tenant, asset, generation, stage, part, item_milliseconds, items)
            VALUES ($1, $2::uuid, $3, $4, $5, $6, $7::bigint[]::integer[]) RETURNING number
            """,
            run.parameters + [
                .double(sound.itemMilliseconds), .int64Array(sound.items.map { Int64(Int32(bitPattern: $0)) }),
            ]
        )
        guard let number: Int64 = try added.rows.first?.get("number") else { return }
        for start in stride(from: 0, to: indexed.count, by: 10 * Self.fingerprintBatch) {
            let batch = indexed[start..<min(start + 10 * Self.fingerprintBatch, indexed.count)]
            try await connection.query(
                """
                INSERT INTO sound_terms (tenant, term, number, place)
                SELECT $1, term, $2, place FROM unnest($3, $4) AS t (term, place)
                """,
                [
                    .text(run.tenant.rawValue), .int64(number), .int64Array(batch.map { Int64($0.term) }),
                    .int64Array(batch.map { Int64($0.place) }),
                ]
            )
        }
    }
}
