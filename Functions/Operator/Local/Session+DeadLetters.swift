import Cloud
import Foundation
import Pipeline
import StageRuntime

extension Session {
    /// The stages to look at.
    ///
    /// - Parameter name: the one that is meant; nil for all.
    /// - Returns: those that have a dead-letter queue, in the topology's order.
    /// - Throws: a failure, where that one is no stage or has no such queue.
    func deadLetterStages(_ name: String?) async throws -> [StageName] {
        let known = try Topology(Topology.file()).stages.map(\.name)
        if let name, !known.contains(StageName(rawValue: name)) { throw Failure("'\(name)' is not a stage") }
        var stages: [StageName] = []
        for stage in known where name == nil || name == stage.rawValue {
            if try await wiring.queues.find(settings.deadLetterQueueName(stage)) != nil { stages.append(stage) }
        }
        guard !stages.isEmpty else {
            throw Failure("there are no dead-letter queues \(settings.queuePrefix)-STAGE-dlq: see MEDIA_QUEUE_PREFIX")
        }
        return stages
    }

    func queue(of stage: StageName, _ lane: Lane) -> any Queue {
        wiring.queues.queue(settings.queueName(stage, lane))
    }

    func deadLetters(of stage: StageName) -> DeadLetterQueue {
        DeadLetterQueue(
            stage: stage,
            queue: wiring.queues.queue(settings.deadLetterQueueName(stage)),
            setting: StageSetting(tenant: settings.tenant, bucket: settings.bucket, digester: OpenSSLDigester())
        )
    }
}
