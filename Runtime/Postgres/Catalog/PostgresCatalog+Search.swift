package import Pipeline

extension PostgresCatalog {
    /// Nodes of the vector index that a search for few rows among many visits at most.
    private static let visitedCount = 100_000

    package func search(_ query: SearchQuery) async throws(Fault) -> [SearchHit] {
        try await pool.transaction("postgres.search", tenant: query.tenant) { connection in
            // Goes on in the index until enough rows have passed the filter; plans for the tenant's own share of rows.
            try await connection.query(
                """
                SELECT set_config('hnsw.iterative_scan', 'relaxed_order', true),
                    set_config('hnsw.ef_search', '\(SearchStatement.candidateCount)', true),
                    set_config('hnsw.max_scan_tuples', '\(Self.visitedCount)', true),
                    set_config('plan_cache_mode', 'force_custom_plan', true)
                """
            )
            let statement = SearchStatement(query: query)
            let found = try await connection.query(statement.sql, statement.parameters)
            return try found.rows.map { try SearchHit($0) }
        }
    }

    package func hasVectors(of model: ModelVersion, of tenant: Tenant) async throws(Fault) -> Bool {
        try await pool.transaction("postgres.hasVectors", tenant: tenant) { connection in
            let found = try await connection.query(
                """
                SELECT 1 FROM vectors v JOIN assets a USING (tenant, asset)
                WHERE tenant = $1 AND v.generation = a.published_generation
                    AND v.model = (SELECT model FROM models WHERE name = $2 AND revision = $3)
                LIMIT 1
                """,
                [.text(tenant.rawValue), .text(model.name), .text(model.revision)]
            )
            return found.rowCount > 0
        }
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
