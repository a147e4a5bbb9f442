import FoundationEssentials
import Pipeline

extension Asset {
    static let columns = """
        asset, generation, published_generation, bucket, key, byte_count, content_type, digest, sequencer, state, reason,
        copy_of, kind, duration_milliseconds, details, uploaded_milliseconds
        """

    init(_ row: Row) throws {
        var facts: AssetFacts?
        if let kind = try row.getIfPresent("kind", as: MediaKind.self) {
            facts = AssetFacts(
                kind: kind,
                durationMilliseconds: try row.getIfPresent("duration_milliseconds"),
                details: try row.get("details")
            )
        }
        self.init(
            id: try row.get("asset"),
            generation: try row.get("generation"),
            publishedGeneration: try row.getIfPresent("published_generation"),
            source: ObjectReference(
                bucket: try row.get("bucket"),
                key: try row.get("key"),
                byteCount: try row.get("byte_count"),
                contentType: try row.getIfPresent("content_type"),
                digest: try row.get("digest")
            ),
            sequencer: try row.getIfPresent("sequencer"),
            state: try row.get("state"),
            reason: try row.getIfPresent("reason"),
            copyOf: try row.getIfPresent("copy_of"),
            facts: facts,
            uploadedMilliseconds: try row.getIfPresent("uploaded_milliseconds")
        )
    }
}

extension LedgerRow {
    static let columns = """
        stage, part, after_stage, after_part, state, attempts, progress, reason,
        (extract(epoch FROM coalesce(ended, clock_timestamp()) - started) * 1000)::bigint AS elapsed_milliseconds
        """

    init(_ row: Row) throws {
        var after: RunName?
        if let stage = try row.getIfPresent("after_stage", as: StageName.self) {
            after = RunName(stage, part: try row.get("after_part"))
        }
        self.init(
            run: PlannedRun(RunName(try row.get("stage"), part: try row.get("part")), after: after),
            state: try row.get("state"),
            attempts: try row.get("attempts"),
            progress: try row.getIfPresent("progress"),
            reason: try row.getIfPresent("reason"),
            elapsedMilliseconds: try row.getIfPresent("elapsed_milliseconds")
        )
    }
}

extension StoredMoment {
    init(_ row: Row) throws {
        let decoder = JSONDecoder()
        let words = Data(try row.get("words", as: String.self).utf8)
        let box = try row.getIfPresent("box", as: String.self).map { Data($0.utf8) }
        self.init(
            key: MomentKey(
                run: RunName(try row.get("stage"), part: try row.get("part")),
                ordinal: try row.get("ordinal")
            ),
            moment: Moment(
                kind: try row.get("kind"),
                startMilliseconds: try row.get("start_milliseconds"),
                endMilliseconds: try row.get("end_milliseconds"),
                text: try row.get("text"),
                words: try decoder.decode([TimedWord].self, from: words),
                box: try box.map { try decoder.decode(Box.self, from: $0) },
                page: try row.getIfPresent("page"),
                confidence: try row.getIfPresent("confidence")
            )
        )
    }
}

extension Row {
    /// Reads a name, or a word of an enumeration.
    func get<T: RawRepresentable<String>>(_ name: String, as type: T.Type = T.self) throws(PostgresError) -> T {
        guard let value: T = try getIfPresent(name) else {
            throw PostgresError(sqlState: "22004", message: "column \(name) is NULL")
        }
        return value
    }

    func getIfPresent<T: RawRepresentable<String>>(
        _ name: String,
        as type: T.Type = T.self
    ) throws(PostgresError) -> T? {
        guard let text: String = try getIfPresent(name) else { return nil }
        guard let value = T(rawValue: text) else {
            throw PostgresError(sqlState: "42804", message: "column \(name) holds a word that this build does not know")
        }
        return value
    }
}
