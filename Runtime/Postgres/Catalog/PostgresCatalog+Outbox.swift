import FoundationEssentials
package import Pipeline

extension PostgresCatalog {
    package func unsent(
        to stages: [StageName],
        olderThan age: Duration,
        atMost count: Int
    ) async throws(Fault) -> [OutboxMessage] {
        try await pool.withConnection("postgres.unsent") { connection in
            let waiting = try await connection.query(
                """
                WITH taken AS (
                    UPDATE outbox SET committed = clock_timestamp() WHERE id IN (
                        SELECT id FROM outbox
                        WHERE committed <= clock_timestamp() - make_interval(secs => $1) AND stage = ANY ($3)
                        ORDER BY committed LIMIT $2 FOR UPDATE SKIP LOCKED
                    )
                    RETURNING id, number, stage, lane, body
                )
                SELECT id, stage, lane, body FROM taken ORDER BY number
                """,
                [.double(age / .seconds(1)), .int(count), .textArray(stages.map(\.rawValue))]
            )
            return try waiting.rows.map { row in
                try OutboxMessage(
                    id: row.get("id"),
                    stage: StageName(rawValue: row.get("stage")),
                    lane: Lane(rawValue: row.get("lane")) ?? .interactive,
                    body: Data(row.get("body", as: [UInt8].self))
                )
            }
        }
    }

    package func markSent(_ ids: [String]) async throws(Fault) {
        try await pool.withConnection("postgres.markSent") { connection in
            _ = try await connection.query("DELETE FROM outbox WHERE id = ANY ($1::uuid[])", [.textArray(ids)])
        }
    }
}
