import FoundationEssentials
import Pipeline
import Testing

@testable import Ingest

@Suite struct IngestTests {
    @Test(arguments: [("uploads/a.mp4", 1), ("payloads.mp4", 1), ("payloads/default/0a", 0), ("derived/default/0a", 0)])
    func objectsThatThePipelineHasWrittenStartNothing(key: String, runs: Int) throws {
        let body = """
            {"Records":[{"eventVersion":"2.1","eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"media"},
            "object":{"key":"\(key)","size":1,"eTag":"e","sequencer":"0A"}}}]}
            """
        let setting = StageSetting(tenant: "default", bucket: "media", digester: MemoryDigester())
        #expect(try IngestStage().open(Data(body.utf8), attributes: [:], setting: setting).count == runs)
    }
}
