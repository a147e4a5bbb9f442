import ArgumentParser
import Cloud
import Foundation
import Pipeline
import StageRuntime

struct Put: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Uploads files; the object store's events do the rest.",
        discussion: """
            A file is stored as uploads/NAME: another file of the same name becomes its next version. With --bulk it is \
            stored as bulk/NAME, and gives way at every stage to files that somebody waits for.
            """
    )

    @Argument(help: "Files to upload.", completion: .file())
    var files: [String]
    @Flag(name: .long, help: "Wait until every file has reached its final state; end with 1 where one has failed.")
    var wait = false
    @Flag(name: .long, help: "Nobody waits for these: other files go first.")
    var bulk = false
    @Option(name: .long, help: "Seconds to wait at most.")
    var timeout = 3600
    @OptionGroup var output: OutputOptions

    private struct Uploaded: Encodable {
        let asset: AssetID
        let name: String
        let file: String
    }

    func run() async throws {
        let sources = try opened()
        let session = try Session()
        let catalog = try session.wiring.catalog()
        var expected: [Watch.Expected] = []
        var uploaded: [Uploaded] = []
        let prefix = KeyPrefix.uploads[bulk ? .bulk : .interactive] ?? ""
        for (file, source) in sources {
            let key = prefix + URL(fileURLWithPath: file).lastPathComponent
            let id = session.assetID(of: key)
            let known = try await catalog.asset(id, of: session.settings.tenant)
            if wait { expected.append(Watch.Expected(id: id, digest: try digest(source), known: known)) }
            try await upload(source, as: key, session)
            uploaded.append(Uploaded(asset: id, name: key, file: file))
        }
        guard wait else {
            guard !output.json else { return try output.print(json: uploaded) }
            return uploaded.forEach { say("\($0.asset)  \($0.name)") }
        }
        let watch = Watch(session: session, catalog: catalog, isQuiet: output.json)
        let statuses = try await watch.untilFinal(expected, limit: .seconds(timeout))
        try await show(statuses, catalog, session)
        guard !statuses.contains(where: { $0.asset.state == .failed }) else { throw ExitCode(1) }
    }

    private func show(_ statuses: [AssetStatus], _ catalog: any Catalog, _ session: Session) async throws {
        guard !output.json else { return try output.print(json: ["assets": statuses.map(AssetView.init)]) }
        var originals: [Asset] = []
        for case let id? in statuses.map(\.asset.copyOf) {
            if let original = try await catalog.asset(id, of: session.settings.tenant) { originals.append(original) }
        }
        say(StatusTable.text(statuses, originals: originals))
    }

    /// All files, opened before the first byte is sent: a wrong name changes nothing.
    private func opened() throws -> [(String, FileByteSource)] {
        var names: Set<String> = []
        return try files.map { file in
            let name = URL(fileURLWithPath: file).lastPathComponent
            guard names.insert(name).inserted else { throw Failure("two files are named \(name): put them one by one") }
            return (file, try FileByteSource(path: file))
        }
    }

    private func digest(_ source: FileByteSource) throws -> Digest {
        let digest = OpenSSLDigester().stream()
        var offset: Int64 = 0
        while offset < source.byteCount {
            let bytes = try source.read(at: offset, count: 1 << 20)
            guard !bytes.isEmpty else { break }
            digest.update(bytes)
            offset += Int64(bytes.count)
        }
        return digest.finish()
    }

    private func upload(_ source: FileByteSource, as key: String, _ session: Session) async throws {
        let meter = Meter(name: key, total: source.byteCount, isQuiet: output.json)
        try await session.wiring.objects.upload(key, from: source, contentType: MediaType.of(key)) { meter.show($0) }
        meter.end()
    }

    private func say(_ line: String) { StandardStream.output.print(line) }
}
