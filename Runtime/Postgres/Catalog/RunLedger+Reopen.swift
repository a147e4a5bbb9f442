import Pipeline

extension RunLedger {
    /// Opens the run again where it has failed; the asset must be locked.
    ///
    /// - Returns: false where it has not failed, or may not be tried again.
    func reopen() async throws(PostgresError) -> Bool {
        let reopened = try await connection.query(
            """
            UPDATE stage_runs SET \(Self.asPlanned)
            WHERE \(Self.isRun) AND state = 'failed' AND \(Self.isOfCurrentGeneration) AND NOT \(Self.isReplaced)
            """,
            run.parameters
        )
        return reopened.rowCount > 0
    }

    /// Whether a run that was not opened again is open as it is. Ingest's runs are added by their first claim.
    func isClaimable() async throws -> Bool {
        let refusal = try await refusal()
        return refusal == .busy || (refusal == .stale && run.generation == 0)
    }

    /// Opens what was skipped for this run; not what waits for another one that has failed.
    func reopenDependents() async throws(PostgresError) {
        try await connection.query(
            """
            WITH RECURSIVE skipped AS (
                SELECT $4::text COLLATE "C" AS stage, $5::text COLLATE "C" AS part
                UNION
                SELECT r.stage, r.part FROM stage_runs r JOIN skipped s ON r.after_stage = s.stage
                    AND r.after_part = s.part
                WHERE r.tenant = $1 AND r.asset = $2 AND r.generation = $3 AND r.state = 'skipped'
            )
            UPDATE stage_runs r SET \(Self.asPlanned)
            FROM skipped s
            WHERE r.tenant = $1 AND r.asset = $2 AND r.generation = $3 AND r.stage = s.stage AND r.part = s.part
                AND r.state = 'skipped'
            """,
            run.parameters
        )
    }

    /// Puts the asset back to work, and takes away the mark that its generation was completed.
    ///
    /// - Throws: retry, where Publish is at work: its row comes back with a new count of fences.
    func reopenAsset() async throws {
        guard run.generation > 0 else { return }
        let asset: [PostgresValue] = [.text(run.tenant.rawValue), run.asset.parameter]
        try await connection.query(
            "UPDATE assets SET state = 'processing', reason = NULL WHERE tenant = $1 AND asset = $2",
            asset
        )
        guard run.name.stage != Self.publish.stage else { return }
        let kept = try await connection.query(
            """
            WITH publish AS (
                SELECT part, state = 'running' AND held_until > clock_timestamp() AS held FROM stage_runs
                WHERE tenant = $1 AND asset = $2 AND generation = $3 AND stage = $4
                FOR UPDATE
            ), removed AS (
                DELETE FROM stage_runs r USING publish p
                WHERE r.tenant = $1 AND r.asset = $2 AND r.generation = $3 AND r.stage = $4 AND r.part = p.part
                    AND p.held IS NOT TRUE
            )
            SELECT 1 FROM publish WHERE held
            """,
            asset + [.int(run.generation), .text(Self.publish.stage.rawValue)]
        )
        guard kept.rowCount == 0 else { throw Fault.retry("postgres.reopen", underlying: PublishAtWork()) }
    }

    private static let asPlanned = """
        state = 'pending', attempts = 0, held_until = NULL, progress = NULL, fault_class = NULL, reason = NULL,
            started = NULL, ended = NULL
        """

    /// Where an asset has failed, one of its copies becomes the original in its place.
    private static let isReplaced = """
        EXISTS (
            SELECT 1 FROM assets a JOIN assets o ON o.tenant = a.tenant AND o.digest = a.digest AND o.asset <> a.asset
            WHERE a.tenant = $1 AND a.asset = $2 AND $3 > 0 AND a.state = 'failed' AND a.copy_of IS NULL
                AND a.byte_count > 0 AND o.copy_of IS NULL AND o.state NOT IN ('removed', 'failed')
        )
        """
}

/// A run that is opened again while its generation is being published.
struct PublishAtWork: Error {}
