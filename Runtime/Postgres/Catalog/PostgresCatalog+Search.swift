package import Pipeline

extension PostgresCatalog {
    private enum Limits {
        /// Of each ranking, the best so many are fused.
        static let candidateCount = 100
        /// Copies named with a hit.
        static let copyCount = 100
        /// Nodes of the vector index that a search for few rows among many visits at most.
        static let visitedCount = 100_000
    }

    package func search(_ query: SearchQuery) async throws(Fault) -> [SearchHit] {
        try await pool.transaction("postgres.search", tenant: query.tenant) { connection in
            // Goes on in the index until enough rows have passed the filter; plans for the tenant's own share of rows.
            try await connection.query(
                """
                SELECT set_config('hnsw.iterative_scan', 'relaxed_order', true),
                    set_config('hnsw.ef_search', '\(Limits.candidateCount)', true),
                    set_config('hnsw.max_scan_tuples', '\(Limits.visitedCount)', true),
                    set_config('plan_cache_mode', 'force_custom_plan', true)
                """
            )
            let found = try await connection.query(
                Self.statement(isWithinAsset: query.asset != nil),
                [
                    .text(query.tenant.rawValue), .text(query.text.replacing("\0", with: " ")),
                    .text(orNull: query.vector?.literal), .text(orNull: query.model?.name),
                    .text(orNull: query.model?.revision), query.asset?.parameter ?? .null,
                    .double(query.maximumDistance), .int(query.limit),
                ]
            )
            return try found.rows.map { try SearchHit($0) }
        }
    }

    /// Two rankings of published moments, by words and by meaning, fused by reciprocal rank.
    private static func statement(isWithinAsset: Bool) -> String {
        let isWanted = isWithinAsset ? "AND asset = (SELECT asset FROM question)" : ""
        return """
            WITH question AS MATERIALIZED (
                SELECT websearch_to_tsquery('english', $2) AS words, $3::halfvec AS meaning,
                    (SELECT model FROM models WHERE name = $4 AND revision = $5) AS model,
                    coalesce((SELECT copy_of FROM assets WHERE tenant = $1 AND asset = $6), $6::uuid) AS asset
            ), worded AS (
                SELECT asset, m.stage, m.part, m.ordinal,
                    ts_rank_cd(m.lexemes, (SELECT words FROM question)) AS rank
                FROM moments m JOIN assets a USING (tenant, asset)
                WHERE tenant = $1 AND m.generation = a.published_generation
                    AND m.lexemes @@ (SELECT words FROM question) \(isWanted)
                ORDER BY rank DESC, asset, m.stage, m.part, m.ordinal
                LIMIT \(Limits.candidateCount)
            ), meant AS (
                SELECT asset, v.moment_stage AS stage, v.moment_part AS part, v.ordinal,
                    v.embedding <=> (SELECT meaning FROM question) AS distance
                FROM vectors v JOIN assets a USING (tenant, asset)
                WHERE tenant = $1 AND v.generation = a.published_generation
                    AND v.model = (SELECT model FROM question) \(isWanted)
                ORDER BY v.embedding <=> (SELECT meaning FROM question)
                LIMIT \(Limits.candidateCount)
            ), ranked AS (
                SELECT asset, stage, part, ordinal, NULL::double precision AS distance,
                    row_number() OVER (ORDER BY rank DESC, asset, stage, part, ordinal) AS rank
                FROM worded
                UNION ALL
                SELECT asset, stage, part, ordinal, distance,
                    row_number() OVER (ORDER BY distance, asset, stage, part, ordinal)
                FROM meant WHERE distance <= $7
            ), fused AS (
                SELECT asset, stage, part, ordinal, min(distance) AS distance,
                    sum(1.0::double precision / (60 + rank)) AS score
                FROM ranked GROUP BY asset, stage, part, ordinal
                ORDER BY score DESC, distance, asset, stage, part, ordinal
                LIMIT $8
            )
            SELECT f.asset, a.key, a.kind AS media, m.kind, m.start_milliseconds, m.end_milliseconds, m.page,
                ts_headline('english', m.text, q.words, 'StartSel=«, StopSel=», HighlightAll=true') AS text,
                f.score, f.distance,
                ARRAY(
                    SELECT c.asset::text FROM assets c
                    WHERE c.tenant = $1 AND c.copy_of = f.asset AND c.state <> 'removed'
                    ORDER BY c.number LIMIT \(Limits.copyCount)
                ) AS copies
            FROM fused f
            CROSS JOIN question q
            JOIN assets a ON a.tenant = $1 AND a.asset = f.asset
            JOIN moments m ON m.tenant = $1 AND m.asset = f.asset AND m.generation = a.published_generation
                AND m.stage = f.stage AND m.part = f.part AND m.ordinal = f.ordinal
            ORDER BY f.score DESC, f.distance, f.asset, f.stage, f.part, f.ordinal
            """
    }
}

extension SearchHit {
    fileprivate init(_ row: Row) throws {
        self.init(
            asset: try row.get("asset"),
            name: try row.get("key"),
            media: try row.getIfPresent("media"),
            kind: try row.get("kind"),
            startMilliseconds: try row.get("start_milliseconds"),
            endMilliseconds: try row.get("end_milliseconds"),
            page: try row.getIfPresent("page"),
            text: try row.get("text"),
            score: try row.get("score"),
            distance: try row.getIfPresent("distance"),
            copies: try row.get("copies", as: [String].self).map { AssetID(rawValue: $0) }
        )
    }
}
