import FoundationEssentials
package import Pipeline

extension PostgresCatalog {
    package func duplicates(
        of asset: AssetID?,
        of tenant: Tenant,
        atMost count: Int
    ) async throws(Fault) -> [DuplicatePair] {
        // One snapshot: pairs, and the generations they were found in.
        try await pool.transaction("postgres.duplicates", tenant: tenant, isolation: .repeatableRead) { connection in
            let parameters: [PostgresValue] = [.text(tenant.rawValue), asset?.parameter ?? .null, .int(count)]
            let isWanted = { (columns: String) in asset == nil ? "$2::uuid IS NULL" : "$2::uuid IN (\(columns))" }
            let copies = try await connection.query(
                """
                SELECT asset, copy_of FROM assets
                WHERE tenant = $1 AND copy_of IS NOT NULL AND state <> 'removed' AND \(isWanted("asset, copy_of"))
                ORDER BY number LIMIT $3
                """,
                parameters
            ).rows.map { DuplicatePair(copy: try $0.get("asset"), original: try $0.get("copy_of")) }
            let found = try await connection.query(Self.pairs(where: isWanted("d.asset, d.other")), parameters).rows
            return try copies + Self.pairs(of: found).prefix(count)
        }
    }

    package func decide(
        _ decision: DuplicateDecision,
        on asset: AssetID,
        and other: AssetID,
        by person: String,
        of tenant: Tenant
    ) async throws(Fault) {
        try await pool.transaction("postgres.decide", tenant: tenant) { connection in
            let ids: [PostgresValue] = [.text(tenant.rawValue), asset.parameter, other.parameter]
            let digests = try await connection.query(
                "SELECT DISTINCT asset, digest FROM assets WHERE tenant = $1 AND asset IN ($2, $3)",
                ids
            ).rows.map { try $0.get("digest", as: String.self) }.sorted()
            guard digests.count == 2 else {
                throw Fault.reject("postgres.decide", "there is no asset \(asset), or none \(other)")
            }
            guard digests[0] != digests[1] else {
                throw Fault.reject("postgres.decide", "\(asset) and \(other) have the same bytes")
            }
            try await connection.query(
                """
                INSERT INTO duplicate_decisions (tenant, digest, other_digest, decision, person) VALUES ($1, $2, $3, $4, $5)
                ON CONFLICT (tenant, digest, other_digest) DO UPDATE
                SET decision = excluded.decision, person = excluded.person, decided = now()
                """,
                [.text(tenant.rawValue)] + digests.map { .text($0) } + [.text(decision.rawValue), .text(person)]
            )
            // The trail's own words: whose decision, on whom, and about which other one.
            try await connection.query(
                """
                INSERT INTO audit (tenant, asset, generation, stage, part, state, writes, build)
                SELECT tenant, asset, generation, 'operator', 'duplicates', 'done', ARRAY[$4, $3], $5 FROM assets
                WHERE tenant = $1 AND asset = $2
                """,
                [
                    .text(tenant.rawValue), asset.parameter, .text(other.rawValue),
                    .text("duplicate \(decision.rawValue)"), .text(person),
                ]
            )
        }
    }

    /// With what both assets have to be compared by, and what a person has said.
    private static func pairs(where condition: String) -> String {
        """
        WITH found AS MATERIALIZED (
            SELECT d.*, decision_on(d.tenant, d.asset, d.other) AS decision,
                d.generation IN (a.generation, a.published_generation)
                    AND d.other_generation IN (o.generation, o.published_generation) AS is_current
            FROM near_duplicates d
            JOIN assets a ON a.tenant = d.tenant AND a.asset = d.asset AND a.state <> 'removed'
            JOIN assets o ON o.tenant = d.tenant AND o.asset = d.other AND o.state <> 'removed'
            WHERE d.tenant = $1 AND \(condition)
        ), shown AS (
            SELECT * FROM found WHERE is_current OR decision = 'accepted'
            ORDER BY asset, other, basis LIMIT 2 * $3
        )
        SELECT asset, other, basis, relation, score, coverage, other_coverage, segments, decision,
            \(isCompared("fingerprints", "AND is_indexed AND quality >= \(MatchLimits.quality)")) AS by_picture,
            \(isCompared("sound_fingerprints", """
                AND EXISTS (SELECT 1 FROM sound_terms t WHERE t.tenant = f.tenant AND t.number = f.number)
                """)) AS by_sound
        FROM shown s ORDER BY asset, other, basis
        """
    }

    private static func isCompared(_ table: String, _ condition: String) -> String {
        ["asset", "other"].map { side in
            "EXISTS (SELECT 1 FROM \(table) f WHERE f.tenant = $1 AND f.asset = s.\(side) \(condition))"
        }.joined(separator: " AND ")
    }

    /// Rows of one pair stand together.
    private static func pairs(of rows: [Row]) throws -> [DuplicatePair] {
        var pairs: [DuplicatePair] = []
        var evidence: [DuplicateEvidence] = []
        for (index, row) in rows.enumerated() {
            let (asset, other) = (try row.get("asset", as: AssetID.self), try row.get("other", as: AssetID.self))
            evidence.append(try DuplicateEvidence(row))
            if index + 1 < rows.count, try rows[index + 1].get("asset") == asset,
                try rows[index + 1].get("other") == other
            {
                continue
            }
            var compared: Set<MatchBasis> = []
            if try row.get("by_picture") { compared.insert(.picture) }
            if try row.get("by_sound") { compared.insert(.sound) }
            pairs.append(
                DuplicatePair(
                    asset: asset,
                    other: other,
                    evidence: evidence,
                    compared: compared,
                    decision: try row.getIfPresent("decision")
                )
            )
            evidence = []
        }
        return pairs
    }
}

extension DuplicateEvidence {
    fileprivate init(_ row: Row) throws {
        let segments = Data(try row.get("segments", as: String.self).utf8)
        self.init(
            by: try row.get("basis"),
            relation: try row.get("relation"),
            score: try row.get("score"),
            coverage: try row.get("coverage"),
            otherCoverage: try row.get("other_coverage"),
            segments: try JSONDecoder().decode([AlignedSegment].self, from: segments)
        )
    }
}
