import FoundationEssentials
import Pipeline

/// One row of the ledger, within a transaction of its tenant.
struct RunLedger {
    static let publish = RunName("publish")

    let connection: PostgresConnection
    let run: RunKey

    static let isRun = "tenant = $1 AND asset = $2 AND generation = $3 AND stage = $4 AND part = $5"
    static let isOpen = "state IN ('pending', 'running')"
    private static let isHeld = "\(isRun) AND \(isOpen) AND fence = $6"

    /// Adds a pending row where there is none.
    func add() async throws(PostgresError) {
        try await connection.query(
            """
            INSERT INTO stage_runs (tenant, asset, generation, stage, part) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT DO NOTHING
            """,
            run.parameters
        )
    }

    /// Takes the run over.
    ///
    /// - Returns: nil where the row is closed, held, not there, or not of the asset's current generation.
    func claim(build: String, lease: Duration) async throws -> Claim? {
        let taken = try await connection.query(
            """
            WITH before AS (
                SELECT state = 'running' AND ended IS NULL AS crashed FROM stage_runs
                WHERE \(Self.isRun) AND \(Self.isOpen) AND coalesce(held_until <= clock_timestamp(), true)
                FOR UPDATE
            )
            UPDATE stage_runs SET state = 'running', fence = fence + 1, attempts = attempts + 1, build = $6,
                started = clock_timestamp(), ended = NULL, progress = NULL,
                held_until = clock_timestamp() + make_interval(secs => $7)
            FROM before
            WHERE \(Self.isRun) AND \(Self.isOfCurrentGeneration)
            RETURNING fence, attempts, crashed
            """,
            run.parameters + [.text(build), .double(lease / .seconds(1))]
        )
        guard let row = taken.rows.first else { return nil }
        return try Claim(
            run: run,
            fence: row.get("fence"),
            attempt: row.get("attempts"),
            isAfterCrash: row.get("crashed")
        )
    }

    /// Why a claim was not granted.
    func refusal() async throws -> ClaimOutcome {
        let sql = """
            SELECT \(Self.isOpen) AS open FROM stage_runs WHERE \(Self.isRun) AND \(Self.isOfCurrentGeneration)
            """
        guard let row = try await connection.query(sql, run.parameters).rows.first else { return .stale }
        return try row.get("open") ? .busy : .closed
    }

    /// Lets the asset's commits pass one after the other, so that one of them is the last.
    func lockAsset() async throws(PostgresError) {
        try await connection.query(
            "SELECT 1 FROM assets WHERE tenant = $1 AND asset = $2 FOR UPDATE",
            [.text(run.tenant.rawValue), run.asset.parameter]
        )
    }

    /// Ends the run.
    ///
    /// - Returns: false where the claim is not the newest or the run has ended already.
    func close(
        _ claim: Claim,
        as state: RunState,
        fault: Fault? = nil,
        note: String? = nil
    ) async throws(PostgresError) -> Bool {
        let closed = try await connection.query(
            """
            UPDATE stage_runs SET state = $7, progress = CASE WHEN $7 = 'failed' THEN progress ELSE 1 END,
                fault_class = $8, reason = $9, ended = clock_timestamp()
            WHERE \(Self.isHeld)
            """,
            run.parameters + [
                .int64(claim.fence), .text(state.rawValue), .text(orNull: fault?.faultClass),
                .text(orNull: fault?.description ?? note),
            ]
        )
        return closed.rowCount > 0
    }

    func postpone(_ claim: Claim, _ fault: Fault, counts: Bool) async throws(PostgresError) {
        try await connection.query(
            """
            UPDATE stage_runs SET attempts = attempts - $7::int, fault_class = $8, reason = $9, held_until = NULL,
                ended = clock_timestamp()
            WHERE \(Self.isHeld)
            """,
            run.parameters + [
                .int64(claim.fence), .int(counts ? 0 : 1), .text(fault.faultClass), .text(fault.description),
            ]
        )
    }

    func advance(_ claim: Claim, _ progress: Double?, _ lease: Duration) async throws(PostgresError) {
        try await connection.query(
            """
            UPDATE stage_runs SET progress = coalesce($7, progress),
                held_until = clock_timestamp() + make_interval(secs => $8)
            WHERE \(Self.isHeld) AND ended IS NULL
            """,
            run.parameters + [.int64(claim.fence), .double(orNull: progress), .double(lease / .seconds(1))]
        )
    }

    /// Closes the open runs that wait for this one, and those that wait for them.
    func skipDependents() async throws(PostgresError) {
        try await connection.query(
            """
            WITH RECURSIVE lost AS (
                SELECT $4::text COLLATE "C" AS stage, $5::text COLLATE "C" AS part
                UNION
                SELECT r.stage, r.part FROM stage_runs r JOIN lost ON r.after_stage = lost.stage
                    AND r.after_part = lost.part
                WHERE r.tenant = $1 AND r.asset = $2 AND r.generation = $3
            )
            UPDATE stage_runs r SET state = 'skipped', reason = $6, ended = clock_timestamp()
            FROM lost
            WHERE r.tenant = $1 AND r.asset = $2 AND r.generation = $3 AND r.stage = lost.stage
                AND r.part = lost.part AND r.\(Self.isOpen)
            """,
            run.parameters + [.text("\(run.name) has failed")]
        )
    }

    /// The completion, where all of the current generation's runs are closed for the first time.
    ///
    /// Publish's row, which is added then, is the mark that it was; the asset must be locked. Its fences begin with the
    /// time: where a run was opened again the row was taken away, and who held that must not pass for who holds this.
    func completing(_ completion: OutboxMessage?) async throws(PostgresError) -> [OutboxMessage] {
        guard let completion, run.generation > 0, run.name.stage != Self.publish.stage else { return [] }
        let added = try await connection.query(
            """
            INSERT INTO stage_runs (tenant, asset, generation, stage, part, fence)
            SELECT a.tenant, a.asset, a.generation, $4, $5, floor(1000 * extract(epoch FROM clock_timestamp()))
            FROM assets a
            WHERE a.tenant = $1 AND a.asset = $2 AND a.generation = $3 AND a.state <> 'removed' AND NOT EXISTS (
                SELECT 1 FROM stage_runs r
                WHERE r.tenant = $1 AND r.asset = $2 AND r.generation = $3 AND r.\(Self.isOpen)
            )
            ON CONFLICT DO NOTHING
            """,
            RunKey(tenant: run.tenant, asset: run.asset, generation: run.generation, name: Self.publish).parameters
        )
        return added.rowCount > 0 ? [completion] : []
    }

    static let isOfCurrentGeneration = """
        ($3 = 0 OR EXISTS (
            SELECT 1 FROM assets a
            WHERE a.tenant = $1 AND a.asset = $2 AND a.generation = $3 AND a.state <> 'removed'
        ))
        """
}

extension RunKey {
    /// `$1` to `$5`: tenant, asset, generation, stage, part.
    var parameters: [PostgresValue] {
        [
            .text(tenant.rawValue), asset.parameter, .int(generation), .text(name.stage.rawValue),
            .text(name.part),
        ]
    }
}

extension AssetID {
    /// NULL where it is no UUID: such an asset is not known, and can't be written.
    var parameter: PostgresValue { UUID(uuidString: rawValue).map(PostgresValue.uuid) ?? .null }
}
