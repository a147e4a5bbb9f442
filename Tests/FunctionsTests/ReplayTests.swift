import FoundationEssentials
import Pipeline
import StageRuntime
import Testing

@testable import Embed
@testable import Ingest
@testable import Match
@testable import Probe
@testable import Publish
@testable import ReadText
@testable import Scenes
@testable import Transcribe

/// Every event in `events/` is handled in the world beside it, and must have the effects that are kept beside it.
@Suite struct ReplayTests {
    @Test(arguments: [
        "copy", "delete", "encoded-key", "eventbridge", "gcs-delete", "gcs-finalize", "gcs-metadata-update",
        "gcs-overwrite", "multipart-complete", "put", "sns-wrapped", "test-event",
    ])
    func ingest(_ name: String) async throws { try await check(IngestStage(), name) }

    @Test(arguments: ["video", "picture", "sound", "page", "pdf", "mislabelled"])
    func probe(_ name: String) async throws { try await check(ProbeStage(), name) }

    @Test(arguments: ["cuts", "picture"])
    func scenes(_ name: String) async throws { try await check(ScenesStage(), name) }

    @Test(arguments: ["speech", "tone"])
    func transcribe(_ name: String) async throws { try await check(TranscribeStage(), name) }

    @Test(arguments: ["picture", "page", "pdf", "text-frames"])
    func readText(_ name: String) async throws { try await check(ReadTextStage(), name) }

    @Test(arguments: ["text"])
    func embed(_ name: String) async throws { try await check(EmbedStage(), name) }

    @Test(arguments: ["copy", "trimmed"])
    func match(_ name: String) async throws { try await check(MatchStage(), name) }

    @Test(arguments: ["complete"])
    func publish(_ name: String) async throws { try await check(PublishStage(), name) }

    private func check<S: Stage>(_ stage: S, _ name: String) async throws {
        let path = Repository.path("events/\(S.name)/\(name)")
        let kept = String(decoding: try read("\(path).effects.json"), as: UTF8.self)
        var reports: Set<String> = []
        for _ in 0..<2 {
            let world = try #require(try await ReplayCase.world(beside: "\(path).json"))
            let report = try await Replay(stage: stage, world: world).effects(of: Data(try read("\(path).json")))
            reports.insert(try report.json())
            #expect(comparable(try report.json()) == comparable(kept), "\(S.name)/\(name)")
        }
        #expect(reports.count == 1, "\(S.name)/\(name): two replays, two reports")
    }

    /// Without what another build of the codecs may write otherwise: the digests and sizes of derived objects.
    private func comparable(_ json: String) -> [Substring] {
        json.split(separator: "\n").filter { !$0.contains("derived/default/") && !$0.contains("\"byteCount\"") }
    }

    private func read(_ path: String) throws -> [UInt8] {
        let file = try FileByteSource(path: path)
        return try file.read(at: 0, count: Int(file.byteCount))
    }
}
