import FoundationEssentials
package import Pipeline

extension PostgresCatalog {
    package func asset(_ id: AssetID, of tenant: Tenant) async throws(Fault) -> Asset? {
        try await assets(
            "postgres.asset",
            of: tenant,
            "WHERE tenant = $1 AND asset = $2",
            [id.parameter]
        ).first
    }

    package func original(of digest: Digest, of tenant: Tenant) async throws(Fault) -> Asset? {
        try await assets(
            "postgres.original",
            of: tenant,
            """
            WHERE tenant = $1 AND digest = $2 AND copy_of IS NULL AND state NOT IN ('removed', 'failed')
            ORDER BY number LIMIT 1
            """,
            [.text(digest.rawValue)]
        ).first
    }

    package func copies(of asset: AssetID, of tenant: Tenant, atMost count: Int) async throws(Fault) -> [Asset] {
        try await assets(
            "postgres.copies",
            of: tenant,
            "WHERE tenant = $1 AND copy_of = $2 AND state <> 'removed' ORDER BY number LIMIT $3",
            [asset.parameter, .int(count)]
        )
    }

    package func ledger(
        of asset: AssetID,
        generation: Int,
        of tenant: Tenant
    ) async throws(Fault) -> [LedgerRow] {
        try await pool.transaction("postgres.ledger", tenant: tenant) { connection in
            let runs = try await connection.query(
                """
                SELECT \(LedgerRow.columns) FROM stage_runs
                WHERE tenant = $1 AND asset = $2 AND generation = $3
                ORDER BY stage = 'publish', number
                """,
                [.text(tenant.rawValue), asset.parameter, .int(generation)]
            )
            return try runs.rows.map { try LedgerRow($0) }
        }
    }

    package func moments(
        of asset: AssetID,
        generation: Int,
        kinds: Set<MomentKind>,
        of tenant: Tenant
    ) async throws(Fault) -> [StoredMoment] {
        try await pool.transaction("postgres.moments", tenant: tenant) { connection in
            let moments = try await connection.query(
                """
                SELECT \(StoredMoment.columns) FROM moments
                WHERE tenant = $1 AND asset = $2 AND generation = $3 AND kind = ANY ($4)
                ORDER BY start_milliseconds, stage, part, ordinal
                """,
                [
                    .text(tenant.rawValue), asset.parameter, .int(generation),
                    .textArray(kinds.map(\.rawValue)),
                ]
            )
            return try moments.rows.map { try StoredMoment($0) }
        }
    }

    package func momentPage(
        of asset: AssetID,
        generation: Int,
        after cursor: MomentCursor?,
        atMost count: Int,
        of tenant: Tenant
    ) async throws(Fault) -> MomentPage {
        // One snapshot: the moments and how many they are.
        try await pool.transaction("postgres.momentPage", tenant: tenant, isolation: .repeatableRead) { connection in
            let rows = "FROM moments WHERE tenant = $1 AND asset = $2 AND generation = $3"
            let parameters: [PostgresValue] = [.text(tenant.rawValue), asset.parameter, .int(generation)]
            let isAfter = cursor == nil ? "" : "AND (start_milliseconds, stage, part, ordinal) > ($5, $6, $7, $8)"
            let place = cursor?.parameters ?? []
            let moments = try await connection.query(
                """
                SELECT \(StoredMoment.columns) \(rows) \(isAfter)
                ORDER BY start_milliseconds, stage, part, ordinal LIMIT $4
                """,
                parameters + [.int(count)] + place
            )
            let counted = try await connection.query("SELECT count(*) \(rows)", parameters)
            return MomentPage(
                moments: try moments.rows.map { try StoredMoment($0) },
                count: try counted.rows.first?.get("count") ?? 0
            )
        }
    }

    package func outputs(
        of asset: AssetID,
        generation: Int,
        names: Set<OutputName>,
        of tenant: Tenant
    ) async throws(Fault) -> [Output] {
        try await pool.transaction("postgres.outputs", tenant: tenant) { connection in
            let outputs = try await connection.query(
                """
                SELECT name, identity, key, content_type, start_milliseconds, end_milliseconds FROM outputs
                WHERE tenant = $1 AND asset = $2 AND generation = $3 AND name = ANY ($4)
                ORDER BY coalesce(start_milliseconds, 0), key
                """,
                [.text(tenant.rawValue), asset.parameter, .int(generation), .textArray(names.map(\.rawValue))]
            )
            return try outputs.rows.map { row in
                try Output(
                    name: row.get("name"),
                    identity: Digest(rawValue: row.get("identity")),
                    key: row.get("key"),
                    contentType: row.get("content_type"),
                    startMilliseconds: row.getIfPresent("start_milliseconds"),
                    endMilliseconds: row.getIfPresent("end_milliseconds")
                )
            }
        }
    }

    package func statuses(
        of tenant: Tenant,
        ids: [AssetID]?,
        after cursor: AssetID?,
        atMost count: Int
    ) async throws(Fault) -> [AssetStatus] {
        // One snapshot: an asset and the runs of the same generation.
        try await pool.transaction("postgres.statuses", tenant: tenant, isolation: .repeatableRead) { connection in
            let known = ids?.filter { $0.parameter != .null }.map(\.rawValue)
            var parameters: [PostgresValue] = [.text(tenant.rawValue), .int(count)]
            var conditions = ["tenant = $1"]
            if let known {
                parameters.append(.textArray(known))
                conditions.append("asset = ANY ($\(parameters.count)::uuid[])")
            } else {
                conditions.append("state <> 'removed'")
            }
            if let cursor {
                parameters.append(cursor.parameter)
                let place = "SELECT number FROM assets WHERE tenant = $1 AND asset = $\(parameters.count)"
                conditions.append("number < (\(place))")
            }
            let assets = try await connection.query(
                """
                SELECT \(Asset.columns) FROM assets WHERE \(conditions.joined(separator: " AND "))
                ORDER BY number DESC LIMIT $2
                """,
                parameters
            ).rows.map { try Asset($0) }
            let runs = try await connection.query(
                """
                SELECT asset, \(LedgerRow.columns) FROM stage_runs r
                WHERE tenant = $1 AND asset = ANY ($2::uuid[]) AND generation = (
                    SELECT a.generation FROM assets a WHERE a.tenant = r.tenant AND a.asset = r.asset
                )
                ORDER BY stage = 'publish', number
                """,
                [.text(tenant.rawValue), .textArray(assets.map(\.id.rawValue))]
            )
            var ledgers: [AssetID: [LedgerRow]] = [:]
            for row in runs.rows {
                ledgers[AssetID(rawValue: try row.get("asset")), default: []].append(try LedgerRow(row))
            }
            return assets.map { AssetStatus(asset: $0, runs: ledgers[$0.id] ?? []) }
        }
    }

    private func assets(
        _ operation: String,
        of tenant: Tenant,
        _ condition: String,
        _ parameters: [PostgresValue]
    ) async throws(Fault) -> [Asset] {
        try await pool.transaction(operation, tenant: tenant) { connection in
            let found = try await connection.query(
                "SELECT \(Asset.columns) FROM assets \(condition)",
                [.text(tenant.rawValue)] + parameters
            )
            return try found.rows.map { try Asset($0) }
        }
    }
}

extension StoredMoment {
    fileprivate static let columns =
        "stage, part, ordinal, kind, start_milliseconds, end_milliseconds, text, words, box, page, confidence"
}

extension MomentCursor {
    /// In the order of its place.
    fileprivate var parameters: [PostgresValue] {
        [.int(startMilliseconds), .text(key.run.stage.rawValue), .text(key.run.part), .int(key.ordinal)]
    }
}
