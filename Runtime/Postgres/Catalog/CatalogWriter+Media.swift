import FoundationEssentials
import Pipeline

extension CatalogWriter {
    func replace(_ moments: [Moment]) async throws {
        try await deleteRows(of: "moments")
        let rows = try JSONEncoder().encode(moments.map(\.storable))
        try await connection.query(
            """
            INSERT INTO moments (tenant, asset, generation, stage, part, ordinal, kind, start_milliseconds,
                end_milliseconds, text, words, box, page, confidence)
            SELECT $1, $2::uuid, $3, $4, $5, ordinality - 1, value->>'kind', (value->>'startMilliseconds')::bigint,
                (value->>'endMilliseconds')::bigint, value->>'text', value->'words', value->'box',
                (value->>'page')::integer, (value->>'confidence')::double precision
            FROM json_array_elements($6::json) WITH ORDINALITY
            """,
            run.parameters + [.text(String(decoding: rows, as: UTF8.self))]
        )
    }

    func replace(_ vectors: [MomentVector], of model: ModelVersion) async throws {
        // Before all else that touches the table: a new model's partition locks it.
        let known = try await connection.query(
            "SELECT add_model($1, $2) AS model",
            [.text(model.name), .text(model.revision)]
        )
        let number: Int64 = try known.rows.first?.get("model") ?? 0
        try await deleteRows(of: "vectors")
        for start in stride(from: 0, to: vectors.count, by: Self.vectorBatch) {
            try await insert(vectors[start..<min(start + Self.vectorBatch, vectors.count)], ofModel: number)
        }
    }

    /// Vectors in one statement: each finds its place in the index, and a statement's time is limited.
    private static let vectorBatch = 1000

    private func insert(_ vectors: ArraySlice<MomentVector>, ofModel number: Int64) async throws {
        try await connection.query(
            """
            INSERT INTO vectors (model, tenant, asset, generation, stage, part, moment_stage, moment_part, ordinal,
                embedding)
            SELECT $6, $1, $2::uuid, $3, $4, $5, moment_stage, moment_part, ordinal, embedding::halfvec
            FROM unnest($7, $8, $9, $10) AS v (moment_stage, moment_part, ordinal, embedding)
            """,
            run.parameters + [
                .int64(number), .textArray(vectors.map(\.moment.run.stage.rawValue)),
                .textArray(vectors.map(\.moment.run.part)), .int64Array(vectors.map { Int64($0.moment.ordinal) }),
                .textArray(vectors.map(\.values.literal)),
            ]
        )
    }

    func replace(_ outputs: [Output]) async throws {
        try await deleteRows(of: "outputs")
        let rows = try JSONEncoder().encode(outputs)
        try await connection.query(
            """
            INSERT INTO outputs (tenant, asset, generation, stage, part, ordinal, name, identity, key, content_type,
                start_milliseconds, end_milliseconds)
            SELECT $1, $2::uuid, $3, $4, $5, ordinality - 1, value->>'name', value->>'identity', value->>'key',
                value->>'contentType', (value->>'startMilliseconds')::bigint, (value->>'endMilliseconds')::bigint
            FROM json_array_elements($6::json) WITH ORDINALITY
            """,
            run.parameters + [.text(String(decoding: rows, as: UTF8.self))]
        )
    }

    private func deleteRows(of table: String) async throws(PostgresError) {
        try await connection.query(
            """
            DELETE FROM \(table)
            WHERE tenant = $1 AND asset = $2 AND generation = $3 AND stage = $4 AND part = $5
            """,
            run.parameters
        )
    }
}

extension [Float] {
    /// pgvector's text form.
    var literal: String { "[" + map(\.description).joined(separator: ",") + "]" }
}

extension Moment {
    /// Without NUL, which a document's bytes may hold and PostgreSQL's text may not.
    fileprivate var storable: Moment {
        guard text.utf8.contains(0) || words.contains(where: { $0.text.utf8.contains(0) }) else { return self }
        return Moment(
            kind: kind,
            startMilliseconds: startMilliseconds,
            endMilliseconds: endMilliseconds,
            text: text.withoutNUL,
            words: words.map { word in
                TimedWord(
                    text: word.text.withoutNUL,
                    startMilliseconds: word.startMilliseconds,
                    endMilliseconds: word.endMilliseconds,
                    confidence: word.confidence,
                    box: word.box
                )
            },
            box: box,
            page: page,
            confidence: confidence
        )
    }
}

extension String {
    fileprivate var withoutNUL: String { String(decoding: utf8.filter { $0 != 0 }, as: UTF8.self) }
}
