import Foundation
import MediaAnalysis
import MediaDecode
import Pipeline

/// `MediaBenchmark match FILE...`: takes the fingerprints of files, one after another, and looks for what each repeats of
/// those before it, with the code of the stages; prints what it has found as JSON.
enum MatchRuns {
    private static let tenant: Tenant = "benchmark"

    private struct Answer: Encodable {
        let files: [File]
        let pairs: [Pair]
    }

    private struct File: Encodable {
        let name: String
        let fingerprintSeconds: Double
        let matchSeconds: Double
        let frames: Int
        let indexed: Int
        let soundItems: Int
    }

    private struct Pair: Encodable {
        let first: String
        let second: String
        let relation: DuplicateRelation
        let evidence: [DuplicateEvidence]
    }

    static func run(_ paths: [String]) async throws {
        let catalog = MemoryCatalog()
        var files: [File] = []
        var names: [AssetID: String] = [:]
        for (index, path) in paths.enumerated() {
            let asset = AssetID(rawValue: "\(10_000 + index)")
            names[asset] = path.split(separator: "/").last.map(String.init) ?? path
            files.append(try await add(path, as: asset, to: catalog))
        }
        let pairs = await catalog.duplicates(of: nil, of: tenant, atMost: 10_000).map { pair in
            Pair(
                first: names[pair.asset] ?? "",
                second: names[pair.other] ?? "",
                relation: pair.relation,
                evidence: pair.evidence
            )
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        print(String(decoding: try encoder.encode(Answer(files: files, pairs: pairs)), as: UTF8.self))
    }

    private static func add(_ path: String, as asset: AssetID, to catalog: MemoryCatalog) async throws -> File {
        let start = cpuSeconds()
        let prints = try await fingerprints(of: path)
        let fingerprinted = cpuSeconds()
        let source = ObjectReference(
            bucket: "benchmark",
            key: path,
            byteCount: 1,
            contentType: nil,
            digest: Digest(rawValue: asset.rawValue)
        )
        let plan = try Plan([PlannedRun("match")])
        let run = RunKey(tenant: tenant, asset: asset, generation: 1, name: "match")
        try await catalog.write(
            [.register(AssetRegistration(asset: asset, generation: 1, source: source, plan: plan))],
            for: run
        )
        try await catalog.write(prints.map { .fingerprints($0) }, for: run)
        for own in prints {
            let found = try await DuplicateSearch(catalog, tenant: tenant).duplicates(of: own, asset: asset)
            try await catalog.write([.nearDuplicates(by: own.kind.basis, found)], for: run)
        }
        var frames: [FrameFingerprint] = []
        var itemCount = 0
        for own in prints {
            if case .frames(let own) = own { frames = own }
            if case .sound(let own) = own { itemCount = own.items.count }
        }
        return File(
            name: path,
            fingerprintSeconds: fingerprinted - start,
            matchSeconds: cpuSeconds() - fingerprinted,
            frames: frames.count,
            indexed: frames.count(where: \.isIndexed),
            soundItems: itemCount
        )
    }

    private static func fingerprints(of path: String) async throws -> [Fingerprints] {
        let reader = try await MediaReader.open(try MappedFile(path))
        var prints: [Fingerprints] = []
        if reader.facts.videoStream != nil {
            var frames = VideoFingerprinter()
            let report = try await reader.frames { frame in frames.add(frame.luma, at: Int(frame.startMilliseconds)) }
            prints.append(.frames(frames.finish(at: Int(report.endMilliseconds))))
        }
        if reader.facts.audioStream != nil {
            let sound = try SoundFingerprinter()
            _ = try await reader.audio { try sound.add($0.samples) }
            prints.append(.sound(try sound.finish()))
        }
        return prints
    }

    /// Of this process, user and system.
    private static func cpuSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}

/// A file in memory.
private struct MappedFile: ByteSource {
    private let data: Data

    init(_ path: String) throws { data = try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped) }

    var byteCount: Int64 { Int64(data.count) }

    func read(at offset: Int64, count: Int) async throws(Fault) -> [UInt8] {
        let start = min(Int(offset), data.count)
        return Array(data[start..<min(start + count, data.count)])
    }
}
