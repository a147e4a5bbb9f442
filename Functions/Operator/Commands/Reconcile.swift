import ArgumentParser
import Cloud
import Foundation
import Pipeline
import Postgres
import StageRuntime

struct Reconcile: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Compares the bucket with the catalog, and tells Ingest of what the catalog has missed.",
        discussion: """
            After a restored backup, or where events of the object store were lost. Looks at the objects under uploads/ and \
            bulk/: those that the catalog does not know, those that are of another size or were written since --since, and \
            assets whose object is gone. Without --send it only lists them. Ingest looks at the bytes and changes nothing \
            where they are known: to send twice is harmless, and workers may go on meanwhile.
            """
    )

    @Flag(name: .long, help: "Send an event for each of them to Ingest, as the object store does.")
    var send = false
    @Option(name: .long, help: "Only keys that begin so, as bulk/2026-.")
    var prefix: String?
    @Option(name: .long, help: "Also what was written since then, as of a backup's time: 2026-01-31T12:00:00Z.")
    var since: String?
    @OptionGroup var output: OutputOptions

    private static let pageSize = 1000
    /// The clocks of the store and of the database may differ by so much.
    private static let marginMilliseconds: Int64 = 300_000

    private enum Difference: String, Encodable, CaseIterable {
        case unknown, changed, gone
    }

    private struct Found: Encodable {
        let asset: AssetID
        let name: String
        let difference: Difference
        let isSent: Bool
    }

    private struct Known {
        let byteCount: Int64
        let isRemoved: Bool
    }

    func validate() throws {
        if let since, Timestamp.unixMilliseconds(since) == nil {
            throw ValidationError("--since \(since) is no time such as 2026-01-31T12:00:00Z")
        }
        if let prefix, !KeyPrefix.anyUpload.contains(where: prefix.hasPrefix) {
            throw ValidationError("--prefix must begin with uploads/ or bulk/: nothing else is ingested")
        }
    }

    func run() async throws {
        let session = try Session()
        let pool = PostgresPool(try session.wiring.database())
        var (found, seen): ([Found], Int) = ([], 0)
        for (lane, folder) in KeyPrefix.uploads.sorted(by: { $0.value > $1.value }) {
            let chosen = prefix ?? folder
            guard chosen.hasPrefix(folder) else { continue }
            var last = ""
            while true {
                let page = try await session.wiring.objects.list(prefix: chosen, after: last, atMost: Self.pageSize)
                let end = page.count < Self.pageSize ? nil : page.last?.key
                let known = try await known(chosen, after: last, to: end, session, pool)
                let differences = differences(page, known)
                if send {
                    let changes = differences.map { key, difference, byteCount in
                        session.change(difference == .gone ? .removed : .created, of: key, byteCount: byteCount)
                    }
                    try await session.tell(changes, by: lane)
                }
                found += differences.map { key, difference, _ in
                    Found(asset: session.assetID(of: key), name: key, difference: difference, isSent: send)
                }
                seen += page.count
                guard let end else { break }
                last = end
            }
        }
        guard !output.json else { return try output.print(json: found) }
        for one in found {
            let word = one.difference.rawValue.padding(toLength: 8, withPad: " ", startingAt: 0)
            StandardStream.output.print("\(word)  \(one.asset)  \(one.name.printable)")
        }
        let counts = Difference.allCases.map { word in "\(found.count { $0.difference == word }) \(word)" }
        let what = found.isEmpty ? "" : send ? "; told to Ingest" : "; --send tells Ingest"
        StandardStream.output.print("\(seen) objects: \(counts.joined(separator: ", "))\(what)")
    }

    /// The assets whose keys begin with `prefix` and lie after `last`, up to `end`; nil for all that follow.
    ///
    /// Keys are their bytes: texts that look the same are one to Swift, and two to the store.
    private func known(
        _ prefix: String,
        after last: String,
        to end: String?,
        _ session: Session,
        _ pool: PostgresPool
    ) async throws -> [[UInt8]: Known] {
        let (tenant, bucket) = (session.settings.tenant, session.settings.bucket)
        return try await pool.transaction("postgres.reconcile", tenant: tenant) { connection in
            let rows = try await connection.query(
                """
                SELECT key, byte_count, state = 'removed' AS is_removed FROM assets
                WHERE tenant = $1 AND bucket = $2 AND starts_with(key, $3) AND key COLLATE "C" > $4
                    AND ($5::text IS NULL OR key COLLATE "C" <= $5)
                """,
                [.text(tenant.rawValue), .text(bucket), .text(prefix), .text(last), .text(orNull: end)]
            ).rows
            let pairs = try rows.map { row in
                let known = Known(byteCount: try row.get("byte_count"), isRemoved: try row.get("is_removed"))
                return (Array(try row.get("key", as: String.self).utf8), known)
            }
            return Dictionary(uniqueKeysWithValues: pairs)
        }
    }

    /// What is not the same on both sides, in the keys' order.
    private func differences(
        _ objects: [ObjectInfo],
        _ known: [[UInt8]: Known]
    ) -> [(key: String, difference: Difference, byteCount: Int64?)] {
        let since = since.flatMap(Timestamp.unixMilliseconds).map { $0 - Self.marginMilliseconds }
        var rest = known.filter { !$0.value.isRemoved }
        var found: [(key: String, difference: Difference, byteCount: Int64?)] = []
        for object in objects {
            let asset = rest.removeValue(forKey: Array(object.key.utf8))
            let isNew = since.map { since in object.modifiedMilliseconds.map { $0 >= since } ?? true } ?? false
            if asset == nil {
                found.append((object.key, .unknown, object.byteCount))
            } else if isNew || asset?.byteCount != object.byteCount {
                found.append((object.key, .changed, object.byteCount))
            }
        }
        found += rest.keys.map { (String(decoding: $0, as: UTF8.self), .gone, nil) }
        return found.sorted { $0.key < $1.key }
    }
}
