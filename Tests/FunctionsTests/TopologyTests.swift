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

@Suite struct TopologyTests {
    @Test func theTopologyFileSaysWhatTheStagesSay() throws {
        let file = try FileByteSource(path: Repository.path("infra/topology.json"))
        let topology = try Topology(Data(try file.read(at: 0, count: Int(file.byteCount))))
        let stages = [
            StageTopology(IngestStage.self), StageTopology(ProbeStage.self), StageTopology(ScenesStage.self),
            StageTopology(TranscribeStage.self), StageTopology(ReadTextStage.self), StageTopology(EmbedStage.self),
            StageTopology(MatchStage.self), StageTopology(PublishStage.self),
        ]
        #expect(topology.stages == stages)
        // It sends what others have left.
        #expect(Set(PublishStage.destinations) == Set(stages.map(\.name)))
    }
}

enum Repository {
    /// A file of the repository.
    static func path(_ relative: String, here: String = #filePath) -> String {
        here.split(separator: "/").dropLast(3).map { "/\($0)" }.joined() + "/\(relative)"
    }
}
