import Foundation
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

    @Test func `a video's shots are the same where Scenes leaves frames out`() async throws {
        let path = Repository.path("events/scenes/cuts.json")
        var found: [[Moment]] = []
        for stage in [ScenesStage(), ScenesStage(isFast: true)] {
            let world = try #require(try await ReplayCase.world(beside: path))
            let json = try await Replay(stage: stage, world: world).effects(of: Data(try read(path))).json()
            found.append(try shots(json))
        }
        #expect(found[0].count == 3)
        #expect(found[1] == found[0])
    }

    /// Of a report: every object in it that is a moment and a shot.
    private func shots(_ json: String) throws -> [Moment] {
        var objects: [Moment] = []
        func look(_ value: Any) throws {
            if let list = value as? [Any] { for item in list { try look(item) } }
            guard let fields = value as? [String: Any] else { return }
            if fields["kind"] as? String == "shot" {
                objects.append(
                    try JSONDecoder().decode(Moment.self, from: JSONSerialization.data(withJSONObject: fields))
                )
            } else {
                for field in fields.values { try look(field) }
            }
        }
        try look(JSONSerialization.jsonObject(with: Data(json.utf8)))
        return objects.sorted { $0.startMilliseconds < $1.startMilliseconds }
    }

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
