import ArgumentParser
import Cloud
import Foundation
import Pipeline
import StageRuntime

struct Reconcile: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Finds uploads in the bucket that the catalog does not know, and has them ingested.",
        discussion: """
            After a restored backup, or where events of the object store were lost. Without --send it only lists them. \
            An upload is unknown where the catalog has no asset of its key, has it as removed, or with another size. What \
            is sent twice is ingested once.
            """
    )

    @Flag(name: .long, help: "Send an event for each of them to Ingest, as the object store does.")
    var send = false
    @Option(name: .long, help: "Only keys that begin so, as bulk/2026-.")
    var prefix: String?
    @OptionGroup var output: OutputOptions

    private static let pageSize = 1000
    private static let batchSize = 10

    private struct Found: Encodable {
        let asset: AssetID
        let name: String
        let byteCount: Int64
        let isSent: Bool
    }

    func run() async throws {
        let session = try Session()
        let catalog = try session.wiring.catalog()
        let uploads = KeyPrefix.uploads.sorted { $0.value > $1.value }
        let chosen = uploads.compactMap { lane, folder -> (Lane, String)? in
            guard let prefix else { return (lane, folder) }
            return prefix.hasPrefix(folder) ? (lane, prefix) : nil
        }
        guard !chosen.isEmpty else {
            throw Failure("--prefix must begin with uploads/ or bulk/: nothing else is ingested")
        }
        var (found, seen): ([Found], Int) = ([], 0)
        for (lane, prefix) in chosen {
            var last = ""
            while true {
                let page = try await session.wiring.objects.list(prefix: prefix, after: last, atMost: Self.pageSize)
                guard let end = page.last else { break }
                last = end.key
                seen += page.count
                let unknown = try await unknown(page, session, catalog)
                if send { try await send(unknown, lane, session) }
                found += unknown.map { object in
                    Found(
                        asset: session.assetID(of: object.key),
                        name: object.key,
                        byteCount: object.byteCount,
                        isSent: send
                    )
                }
            }
        }
        guard !output.json else { return try output.print(json: found) }
        for upload in found { StandardStream.output.print("\(upload.asset)  \(upload.name.printable)") }
        let what = found.isEmpty ? "" : send ? "; sent to Ingest" : "; --send has them ingested"
        StandardStream.output.print("\(found.count) of \(seen) uploads are unknown to the catalog\(what)")
    }

    private func unknown(
        _ objects: [ObjectInfo],
        _ session: Session,
        _ catalog: any Catalog
    ) async throws -> [ObjectInfo] {
        let ids = objects.map { session.assetID(of: $0.key) }
        let statuses = try await catalog.statuses(of: session.settings.tenant, ids: ids, atMost: ids.count)
        let known = Dictionary(uniqueKeysWithValues: statuses.map { ($0.asset.id, $0.asset) })
        return zip(objects, ids).filter { object, id in
            guard let asset = known[id], asset.state != .removed else { return true }
            return asset.source.byteCount != object.byteCount
        }.map(\.0)
    }

    private func send(_ objects: [ObjectInfo], _ lane: Lane, _ session: Session) async throws {
        let queue = session.queue(of: "ingest", lane)
        for start in stride(from: 0, to: objects.count, by: Self.batchSize) {
            let batch = objects[start..<min(start + Self.batchSize, objects.count)]
            let messages = try batch.map { object in
                OutgoingMessage(
                    body: try ObjectNotification.body(created: object, bucket: session.settings.bucket)
                )
            }
            for result in await queue.send(messages) { try result.get() }
        }
    }
}
