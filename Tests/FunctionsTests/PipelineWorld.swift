import FoundationEssentials
import Logging
import Pipeline
import StageRuntime
import Synchronization

@testable import Embed
@testable import Ingest
@testable import Match
@testable import Probe
@testable import Publish
@testable import ReadText
@testable import Scenes
@testable import Transcribe

/// All stages on one queue each, in memory: what a test puts into the bucket goes through the real handlers.
final class PipelineWorld: Sendable {
    let catalog = MemoryCatalog()
    let objects = MemoryObjectStore()
    private let queues = Mutex<[String: MemoryQueue]>([:])

    func queue(_ name: String) -> MemoryQueue {
        queues.withLock { queues in
            if let queue = queues[name] { return queue }
            let queue = MemoryQueue()
            queues[name] = queue
            return queue
        }
    }

    var world: World {
        World(
            tenant: "default",
            bucket: "media",
            build: "test",
            queues: { stage, _ in self.queue(stage.rawValue) },
            deadLetters: { self.queue("\($0)-dlq") },
            objects: objects,
            catalog: catalog,
            models: MemoryModelClient(),
            digester: MemoryDigester(),
            now: { 0 },
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    /// Uploads bytes and tells of it, as an object store does.
    func put(_ key: String, _ bytes: [UInt8], sequencer: String) async {
        await objects.overwrite(key, bytes)
        await tell("ObjectCreated:Put", key, sequencer)
    }

    func remove(_ key: String, sequencer: String) async {
        _ = await objects.delete([key])
        await tell("ObjectRemoved:Delete", key, sequencer)
    }

    /// Tells of a removal after which the object is still there.
    func purgeOldVersion(_ key: String, sequencer: String) async {
        await tell("ObjectRemoved:Delete", key, sequencer)
    }

    private func tell(_ name: String, _ key: String, _ sequencer: String) async {
        let body = """
            {"Records":[{"eventVersion":"2.1","eventSource":"aws:s3","eventName":"\(name)","s3":{"bucket":\
            {"name":"media"},"object":{"key":"\(key)","size":1,"eTag":"e","sequencer":"\(sequencer)"}}}]}
            """
        _ = await queue("ingest").send([OutgoingMessage(body: Data(body.utf8))])
    }

    /// Delivers messages until no queue holds any.
    func settle() async {
        for _ in 0..<1000 {
            var count = 0
            count += await deliver(IngestStage())
            count += await deliver(ProbeStage())
            count += await deliver(ScenesStage())
            count += await deliver(TranscribeStage())
            count += await deliver(ReadTextStage())
            count += await deliver(EmbedStage())
            count += await deliver(MatchStage())
            count += await deliver(PublishStage())
            if count == 0 { return }
        }
    }

    func asset(_ key: String) async -> Asset? {
        await catalog.asset(
            AssetID(tenant: "default", bucket: "media", key: key, digester: MemoryDigester()),
            of: "default"
        )
    }

    private func deliver<S: Stage>(_ stage: S) async -> Int {
        let queue = queue(S.name.rawValue)
        let runner = Runner(stage: stage, world: world)
        let deliveries = await queue.receive(atMost: 10, wait: .zero, lease: .seconds(60))
        for delivery in deliveries { await runner.run(delivery) }
        await queue.advance(by: .seconds(200))
        return deliveries.count
    }
}
