package import Pipeline

extension PostgresCatalog {
    private enum Limits {
        /// Hashes looked up in one statement.
        static let batch = 512
        /// Of a batch's candidates, the best so many are weighed against those of the others.
        static let batchCandidateCount = 200
    }

    package func fingerprints(
        _ kind: FingerprintKind,
        of asset: AssetID,
        generation: Int,
        of tenant: Tenant
    ) async throws(Fault) -> Fingerprints {
        try await pool.transaction("postgres.fingerprints", tenant: tenant) { connection in
            let ofAsset: [PostgresValue] = [.text(tenant.rawValue), asset.parameter, .int(generation)]
            switch kind {
            case .picture: return .picture(try await Self.prints(connection, kind, ofAsset))
            case .frames: return .frames(try await Self.prints(connection, kind, ofAsset))
            case .sound:
                let found = try await connection.query(
                    """
                    SELECT item_milliseconds, items FROM sound_fingerprints
                    WHERE tenant = $1 AND asset = $2 AND generation = $3 ORDER BY stage, part LIMIT 1
                    """,
                    ofAsset
                )
                guard let row = found.rows.first else { return .none(.sound) }
                let items = try row.get("items", as: [Int64].self).map { UInt32(truncatingIfNeeded: $0) }
                return .sound(SoundItems(items: items, itemMilliseconds: try row.get("item_milliseconds")))
            }
        }
    }

    package func resembling(
        _ fingerprints: Fingerprints,
        of asset: AssetID,
        of tenant: Tenant
    ) async throws(Fault) -> [MatchCandidate] {
        try await pool.transaction("postgres.resembling", tenant: tenant) { connection in
            var found: [MatchCandidate] = []
            let ofAsset: [PostgresValue] = [.text(tenant.rawValue), asset.parameter]
            if case .sound(let sound) = fingerprints {
                let probes = sound.indexed.thinned(to: MatchLimits.probeCount)
                found = try await connection.query(
                    Self.soundStatement,
                    ofAsset + [
                        .int64Array(probes.map { Int64($0.term) }), .int64Array(probes.map { Int64($0.place) }),
                    ]
                ).rows.map { try MatchCandidate($0) }
            } else {
                let probes = fingerprints.probes
                for start in stride(from: 0, to: probes.count, by: Limits.batch) {
                    let batch = probes[start..<min(start + Limits.batch, probes.count)]
                    found += try await connection.query(
                        Self.hashStatement(fingerprints.kind),
                        ofAsset + [.textArray(batch.map(\.bits)), .text(fingerprints.kind.rawValue)]
                    ).rows.map { try MatchCandidate($0) }
                }
            }
            return Self.best(of: found)
        }
    }

    private static func prints(
        _ connection: PostgresConnection,
        _ kind: FingerprintKind,
        _ ofAsset: [PostgresValue]
    ) async throws -> [FrameFingerprint] {
        try await connection.query(
            """
            SELECT start_milliseconds, end_milliseconds, quality, is_indexed, hash::text AS hash FROM fingerprints
            WHERE tenant = $1 AND asset = $2 AND generation = $3 AND kind = $4
            ORDER BY stage, part, ordinal
            """,
            ofAsset + [.text(kind.rawValue)]
        ).rows.map { try FrameFingerprint($0) }
    }

    private static func best(of found: [MatchCandidate]) -> [MatchCandidate] {
        Dictionary(grouping: found, by: \.asset).map { asset, found in
            let score = found.reduce(0) { $0 + $1.score }
            return MatchCandidate(asset: asset, generation: found.map(\.generation).max() ?? 0, score: score)
        }
        .sorted { (-$0.score, $0.asset) < (-$1.score, $1.asset) }
        .prefix(MatchLimits.candidateCount).map(\.self)
    }

    private static let isCurrent = """
        a.tenant = $1 AND a.asset = f.asset AND f.generation IN (a.generation, a.published_generation)
            AND a.state <> 'removed'
        """

    /// A picture has one hash: pieces that differ in one bit are looked up too, so that none within 31 bits is missed.
    /// Of a video's many hashes enough are found by the pieces as they are.
    private static func hashStatement(_ kind: FingerprintKind) -> String {
        let flips =
            kind == .picture ? "0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768" : "0"
        return """
            WITH probes AS MATERIALIZED (
                SELECT probe, hash::bit(256) AS hash FROM unnest($3::text[]) WITH ORDINALITY AS p (hash, probe)
            ), pieces AS MATERIALIZED (
                SELECT probe, hash, term # flip AS term
                FROM probes CROSS JOIN LATERAL hash_terms(hash) AS term CROSS JOIN unnest(ARRAY[\(flips)]) AS flip
            ), postings AS MATERIALIZED (
                SELECT term, numbers FROM (SELECT DISTINCT term FROM pieces) w CROSS JOIN LATERAL (
                    SELECT array_agg(number) AS numbers FROM (
                        SELECT number FROM fingerprint_terms t WHERE t.tenant = $1 AND t.term = w.term
                        LIMIT \(MatchLimits.postingCount + 1)
                    ) posting
                ) found
                WHERE cardinality(numbers) <= \(MatchLimits.postingCount)
            ), shared AS MATERIALIZED (
                SELECT DISTINCT probe, hash, number
                FROM pieces JOIN postings USING (term) CROSS JOIN LATERAL unnest(numbers) AS number
            ), near AS (
                SELECT probe, f.asset, max(f.generation) AS generation
                FROM shared s JOIN fingerprints f ON f.tenant = $1 AND f.number = s.number JOIN assets a ON \(isCurrent)
                WHERE f.kind = $4 AND f.asset <> $2 AND bit_count(f.hash # s.hash) <= \(MatchLimits.distance)
                GROUP BY probe, f.asset
            )
            \(weighed("near", "probe", "asset, max(generation) AS generation", groups: "asset"))
            """
    }

    /// Terms that stand in both at one offset; steps of 8 items are about a second.
    private static let soundStatement = """
        WITH probes AS MATERIALIZED (
            SELECT term::integer AS term, place FROM unnest($3, $4) AS p (term, place)
        ), postings AS MATERIALIZED (
            SELECT term, numbers, places FROM (SELECT DISTINCT term FROM probes) w CROSS JOIN LATERAL (
                SELECT array_agg(number) AS numbers, array_agg(place) AS places FROM (
                    SELECT number, place FROM sound_terms t WHERE t.tenant = $1 AND t.term = w.term
                    LIMIT \(MatchLimits.postingCount + 1)
                ) posting
            ) found
            WHERE cardinality(numbers) <= \(MatchLimits.postingCount)
        ), near AS (
            SELECT DISTINCT p.place, f.asset, f.generation, (s.place - p.place) >> 3 AS shift
            FROM probes p JOIN postings USING (term) CROSS JOIN LATERAL unnest(numbers, places) AS s (number, place)
            JOIN sound_fingerprints f ON f.tenant = $1 AND f.number = s.number JOIN assets a ON \(isCurrent)
            WHERE f.asset <> $2
        ), aligned AS (
            \(weighed("near", "place", "asset, generation, shift, count(*) AS hits", groups: "asset, generation, shift"))
        )
        SELECT asset, max(generation) AS generation, max(score) AS score FROM aligned
        WHERE hits >= \(MatchLimits.soundHitCount) GROUP BY asset
        """

    /// Adds up what each probe says, divided among the assets that it says it of.
    private static func weighed(_ table: String, _ probe: String, _ columns: String, groups: String) -> String {
        """
        SELECT \(columns), sum(1.0::double precision / others) AS score FROM (
            SELECT n.*, c.others FROM \(table) n JOIN (
                SELECT \(probe), count(DISTINCT asset) AS others FROM \(table) GROUP BY \(probe)
            ) c USING (\(probe))
        ) weighed
        GROUP BY \(groups) ORDER BY score DESC, asset LIMIT \(Limits.batchCandidateCount)
        """
    }
}

extension MatchCandidate {
    fileprivate init(_ row: Row) throws {
        self.init(asset: try row.get("asset"), generation: try row.get("generation"), score: try row.get("score"))
    }
}

extension FrameFingerprint {
    fileprivate init(_ row: Row) throws {
        guard let hash = PictureHash(bits: try row.get("hash")) else {
            throw PostgresError(sqlState: "22P02", message: "a hash has other than 256 bits")
        }
        self.init(
            startMilliseconds: try row.get("start_milliseconds"),
            endMilliseconds: try row.get("end_milliseconds"),
            hash: hash,
            quality: try row.get("quality"),
            isIndexed: try row.get("is_indexed")
        )
    }
}
