import ArgumentParser
import Foundation
import Pipeline
import Postgres
import StageRuntime

struct Rerun: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Analyses assets again: after a new build, a new model, or other settings.",
        discussion: """
            Each gets a new generation, which goes through all stages; what was found before is shown until that is \
            published. Without --send it lists the assets and says what the work took the last time. With --before the \
            command may be given again after it was broken off: what was done since is left out. Copies follow their \
            originals; assets that are at work are left out, unless they are named.
            """
    )

    @Argument(help: "Assets by id, key or file name; none where --all is given.")
    var assets: [String] = []
    @Flag(name: .long, help: "All assets that the options below leave.")
    var all = false
    @Option(name: .long, help: "Only keys that begin so, as bulk/2026-.")
    var prefix = ""
    @Option(name: .long, help: "Only these: video, audio, image, document.")
    var kind: MediaKind?
    @Option(name: .long, help: "Only those in this state: complete, partial, failed.")
    var state: AssetState?
    @Option(name: .long, help: "Only what was published before: 2026-01-31T12:00:00Z.")
    var before: String?
    @Option(name: .long, help: "At most so many, in the order of their keys.")
    var limit = Int.max
    @Option(name: .long, help: "The lane that the work takes: interactive or bulk.")
    var lane = Lane.bulk
    @Flag(name: .long, help: "Send it to Ingest.")
    var send = false
    @OptionGroup var output: OutputOptions

    private static let pageSize = 500

    private struct Found: Encodable {
        let asset: AssetID
        let name: String
        let kind: String?
        let byteCount: Int64
        let durationMilliseconds: Int?
        /// What the stages took the last time, all together.
        let workSeconds: Double
        let modelCalls: Int
    }

    private struct Report: Encodable {
        let assets: [Found]
        let isSent: Bool
        let workSeconds: Double
        let modelCalls: Int
    }

    func validate() throws {
        guard all != !assets.isEmpty else { throw ValidationError("name assets, or say --all") }
        if let before, Timestamp.unixMilliseconds(before) == nil {
            throw ValidationError("--before \(before) is no time such as 2026-01-31T12:00:00Z")
        }
        guard limit > 0 else { throw ValidationError("--limit is at least 1") }
    }

    func run() async throws {
        let session = try Session()
        let pool = PostgresPool(try session.wiring.database())
        let named = try await chosen(session)
        var found: [Found] = []
        var last = ""
        while found.count < limit {
            let count = min(Self.pageSize, limit - found.count)
            let page = try await page(after: last, atMost: count, named, session, pool)
            if send {
                let changes = page.map { session.change(.rerun, of: $0.name, byteCount: $0.byteCount) }
                try await session.tell(changes, by: lane)
            }
            found += page
            guard page.count == count, let end = page.last?.name else { break }
            last = end
        }
        let report = Report(
            assets: found,
            isSent: send,
            workSeconds: found.reduce(0) { $0 + $1.workSeconds },
            modelCalls: found.reduce(0) { $0 + $1.modelCalls }
        )
        guard !output.json else { return try output.print(json: report) }
        for one in found {
            StandardStream.output.print("\(one.asset)  \(one.name.printable)  \(one.byteCount) bytes")
        }
        let seconds = Int(report.workSeconds.rounded())
        StandardStream.output.print(
            "\(found.count) assets; the last time they took \(seconds) s of workers and \(report.modelCalls) model calls"
                + (found.isEmpty ? "" : send ? "; told to Ingest" : "; --send begins")
        )
    }

    /// The ids of the assets that are named, originals for their copies; nil for all.
    private func chosen(_ session: Session) async throws -> [AssetID]? {
        guard !all else { return nil }
        let catalog = try session.wiring.catalog()
        var named: [AssetID] = []
        for name in assets {
            let asset = try await session.asset(name, in: catalog).asset
            guard asset.state != .removed else { throw Failure("\(name) was removed: there is nothing to analyse") }
            named.append(asset.copyOf ?? asset.id)
        }
        return named
    }

    /// The next assets in the order of their keys' bytes.
    private func page(
        after last: String,
        atMost count: Int,
        _ named: [AssetID]?,
        _ session: Session,
        _ pool: PostgresPool
    ) async throws -> [Found] {
        let tenant = session.settings.tenant
        // Left out where they are at work, unless they are named.
        let states: [AssetState] =
            state.map { [$0] } ?? [.complete, .partial, .failed] + (named == nil ? [] : [.processing])
        let parameters: [PostgresValue] = [
            .text(tenant.rawValue), .text(session.settings.bucket), .text(prefix), .text(last),
            .text(states.map(\.rawValue).joined(separator: ",")), .text(orNull: kind?.rawValue),
            .text(orNull: before), .text(orNull: named?.map(\.rawValue).joined(separator: ",")),
            .int(count),
        ]
        return try await pool.transaction("postgres.rerun", tenant: tenant) { connection in
            try await connection.query(Self.statement, parameters).rows.map { row in
                Found(
                    asset: AssetID(rawValue: try row.get("asset")),
                    name: try row.get("key"),
                    kind: try row.getIfPresent("kind"),
                    byteCount: try row.get("byte_count"),
                    durationMilliseconds: try row.getIfPresent("duration_milliseconds"),
                    workSeconds: try row.get("work_seconds"),
                    modelCalls: try row.get("model_calls")
                )
            }
        }
    }

    private static let statement = """
        SELECT a.asset::text AS asset, a.key, a.kind, a.byte_count, a.duration_milliseconds,
            coalesce((
                SELECT sum(extract(epoch FROM r.ended - r.started)) FROM stage_runs r
                WHERE r.tenant = a.tenant AND r.asset = a.asset AND r.generation = a.generation AND r.started IS NOT NULL
            ), 0)::double precision AS work_seconds,
            coalesce((
                SELECT sum(c.request_count) FROM costs c
                WHERE c.tenant = a.tenant AND c.asset = a.asset AND c.generation = a.generation
            ), 0)::bigint AS model_calls
        FROM assets a
        WHERE a.tenant = $1 AND a.bucket = $2 AND starts_with(a.key, $3) AND a.key COLLATE "C" > $4
            AND a.copy_of IS NULL AND a.state = ANY (string_to_array($5, ','))
            AND ($6::text IS NULL OR a.kind = $6)
            AND ($7::timestamptz IS NULL OR EXISTS (
                SELECT 1 FROM stage_runs r
                WHERE r.tenant = a.tenant AND r.asset = a.asset AND r.generation = a.generation AND r.stage = 'publish'
                    AND r.ended < $7
            ))
            AND ($8::text IS NULL OR a.asset = ANY (string_to_array($8, ',')::uuid[]))
        ORDER BY a.key COLLATE "C"
        LIMIT $9
        """
}

extension MediaKind: ExpressibleByArgument {}
extension AssetState: ExpressibleByArgument {}
extension Lane: ExpressibleByArgument {}
