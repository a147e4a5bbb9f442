import Pipeline

/// The statement of a search: rankings of published moments by words and by meaning and of published assets by their
/// names, fused by reciprocal rank.
///
/// The question's words stand in it as calls that a custom plan turns into constants: it knows then how common they are.
struct SearchStatement {
    /// Of each ranking, the best so many are fused.
    static let candidateCount = 100
    /// Of the rows that hold the words at most so many are ranked, whichever: more of them tell nothing apart.
    private static let rankedCount = 10_000
    /// Copies named with a hit.
    private static let copyCount = 100

    private static let words = "websearch_to_tsquery('english', $2)"
    private static let names = "websearch_to_tsquery('simple', name_words($2))"
    private static let excludedWords = "websearch_to_tsquery('english', $9)"
    private static let excludedNames = "websearch_to_tsquery('simple', name_words($9))"

    let query: SearchQuery

    private var excludes: Bool { !query.terms.excluded.isEmpty }

    /// `$1` to `$8`; `$9` where something is excluded.
    var parameters: [PostgresValue] {
        var values: [PostgresValue] = [
            .text(query.tenant.rawValue), .text(query.terms.wanted), .text(orNull: query.vector?.literal),
            .text(orNull: query.model?.name), .text(orNull: query.model?.revision), query.asset?.parameter ?? .null,
            .double(query.maximumDistance), .int(query.limit),
        ]
        if excludes { values.append(.text(query.terms.excluded.map { "\"\($0)\"" }.joined(separator: " or "))) }
        return values
    }

    var sql: String {
        """
        WITH question AS MATERIALIZED (
            SELECT $3::halfvec AS meaning, (SELECT model FROM models WHERE name = $4 AND revision = $5) AS model,
                coalesce((SELECT copy_of FROM assets WHERE tenant = $1 AND asset = $6), $6::uuid) AS asset
        ), worded AS (
        \(worded)
        ), named AS (
        \(named)
        ), meant AS (
        \(meant)
        ), ranked AS (
            SELECT asset, stage, part, ordinal, NULL::double precision AS distance,
                row_number() OVER (ORDER BY rank DESC, asset, stage, part, ordinal) AS rank
            FROM worded
            UNION ALL
            SELECT asset, stage, part, ordinal, distance,
                row_number() OVER (ORDER BY distance, asset, stage, part, ordinal)
            FROM meant WHERE distance <= $7
            UNION ALL
            SELECT asset, NULL, NULL, NULL, NULL, row_number() OVER (ORDER BY rank DESC, asset) FROM named
        ), fused AS (
            SELECT asset, stage, part, ordinal, min(distance) AS distance,
                sum(1.0::double precision / (60 + rank)) AS score
            FROM ranked GROUP BY asset, stage, part, ordinal
            ORDER BY score DESC, distance, asset, stage, part, ordinal
            LIMIT $8
        )
        SELECT f.asset, a.key, a.kind AS media, coalesce(m.kind, '\(MomentKind.name.rawValue)') AS kind,
            coalesce(m.start_milliseconds, 0) AS start_milliseconds,
            coalesce(m.end_milliseconds, 0) AS end_milliseconds, m.page,
            coalesce(ts_headline('english', m.text, \(Self.words), 'StartSel=«, StopSel=», HighlightAll=true'), '')
                AS text,
            f.score, f.distance,
            ARRAY(
                SELECT c.asset::text FROM assets c
                WHERE c.tenant = $1 AND c.copy_of = f.asset AND c.state <> 'removed'
                ORDER BY c.number LIMIT \(Self.copyCount)
            ) AS copies
        FROM fused f
        JOIN assets a ON a.tenant = $1 AND a.asset = f.asset
        LEFT JOIN moments m ON m.tenant = $1 AND m.asset = f.asset AND m.generation = a.published_generation
            AND m.stage = f.stage AND m.part = f.part AND m.ordinal = f.ordinal
        WHERE f.stage IS NULL OR m.stage IS NOT NULL
        ORDER BY f.score DESC, f.distance, f.asset, f.stage, f.part, f.ordinal
        """
    }

    private var isWanted: String { query.asset == nil ? "" : "AND asset = (SELECT asset FROM question)" }

    private var worded: String {
        """
        SELECT asset, stage, part, ordinal, ts_rank_cd(lexemes, \(Self.words)) AS rank
        FROM (
            SELECT asset, m.stage, m.part, m.ordinal, m.lexemes
            FROM moments m JOIN assets a USING (tenant, asset)
            WHERE tenant = $1 AND m.generation = a.published_generation AND m.lexemes @@ \(Self.words)
                \(excludes ? "AND NOT m.lexemes @@ \(Self.excludedWords)" : "") \(isWanted)
            LIMIT \(Self.rankedCount)
        ) AS holding
        ORDER BY rank DESC, asset, stage, part, ordinal
        LIMIT \(Self.candidateCount)
        """
    }

    /// The shorter the name is, the higher.
    private var named: String {
        """
        SELECT asset, ts_rank_cd(name_lexemes, \(Self.names), 2) AS rank
        FROM (
            SELECT asset, name_lexemes FROM assets
            WHERE tenant = $1 AND published_generation IS NOT NULL AND name_lexemes @@ \(Self.names)
                \(excludes ? "AND NOT name_lexemes @@ \(Self.excludedNames)" : "")
                \(query.asset == nil ? "" : "AND asset = $6")
            LIMIT \(Self.rankedCount)
        ) AS holding
        ORDER BY rank DESC, asset
        LIMIT \(Self.candidateCount)
        """
    }

    /// Whether a moment is excluded is looked up for each that the vectors' index comes to.
    private var meant: String {
        let isNotExcluded = """
            AND NOT (
                SELECT m.lexemes @@ \(Self.excludedWords) FROM moments m
                WHERE m.tenant = $1 AND m.asset = v.asset AND m.generation = v.generation
                    AND m.stage = v.moment_stage AND m.part = v.moment_part AND m.ordinal = v.ordinal
            )
            """
        return """
            SELECT asset, v.moment_stage AS stage, v.moment_part AS part, v.ordinal,
                v.embedding <=> (SELECT meaning FROM question) AS distance
            FROM vectors v JOIN assets a USING (tenant, asset)
            WHERE tenant = $1 AND v.generation = a.published_generation
                AND v.model = (SELECT model FROM question)
                \(isWanted) \(excludes ? isNotExcluded : "")
            ORDER BY v.embedding <=> (SELECT meaning FROM question)
            LIMIT \(Self.candidateCount)
            """
    }
}
