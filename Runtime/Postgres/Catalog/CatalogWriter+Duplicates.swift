import FoundationEssentials
import Pipeline

extension CatalogWriter {
    private static let isDecided = "decision_on(tenant, asset, other) IS NOT DISTINCT FROM 'accepted'"
    /// The run's side of a pair is of an older generation.
    private static let isOld = "CASE WHEN asset = $2 THEN generation ELSE other_generation END < $3"

    func replaceDuplicates(by basis: MatchBasis, _ found: [NearDuplicate]) async throws {
        try await connection.query(
            """
            DELETE FROM near_duplicates
            WHERE tenant = $1 AND $2 IN (asset, other) AND basis = $4 AND (finder = $2 OR \(Self.isOld))
                AND NOT \(Self.isDecided)
            """,
            asset + [.int(run.generation), .text(basis.rawValue)]
        )
        // In one order in every run: two that have found each other must not wait for each other.
        let ordered = found.filter { $0.other != run.asset }.sorted { $0.other < $1.other }
        for duplicate in ordered { try await insert(duplicate, basis) }
    }

    /// What was found in older generations than the published one goes, except what a person has accepted.
    func deleteOldDuplicates() async throws(PostgresError) {
        try await connection.query(
            """
            DELETE FROM near_duplicates
            WHERE tenant = $1 AND $2 IN (asset, other) AND \(Self.isOld) AND NOT \(Self.isDecided)
            """,
            asset + [.int(run.generation)]
        )
    }

    private func insert(_ duplicate: NearDuplicate, _ basis: MatchBasis) async throws {
        let isFirst = run.asset < duplicate.other
        let evidence = isFirst ? duplicate.evidence : duplicate.evidence.reversed
        let generations = [run.generation, duplicate.otherGeneration]
        let segments = try JSONEncoder().encode(evidence.segments)
        try await connection.query(
            """
            INSERT INTO near_duplicates (tenant, asset, other, basis, generation, other_generation, relation, score, coverage,
                other_coverage, segments, finder)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
            ON CONFLICT (tenant, asset, other, basis) DO UPDATE
            SET generation = excluded.generation, other_generation = excluded.other_generation,
                relation = excluded.relation, score = excluded.score, coverage = excluded.coverage,
                other_coverage = excluded.other_coverage, segments = excluded.segments, finder = excluded.finder,
                found = excluded.found
            """,
            [
                .text(run.tenant.rawValue), min(run.asset, duplicate.other).parameter,
                max(run.asset, duplicate.other).parameter, .text(basis.rawValue),
                .int(generations[isFirst ? 0 : 1]), .int(generations[isFirst ? 1 : 0]),
                .text(evidence.relation.rawValue), .double(evidence.score), .double(evidence.coverage),
                .double(evidence.otherCoverage), .text(String(decoding: segments, as: UTF8.self)),
                run.asset.parameter,
            ]
        )
    }
}
