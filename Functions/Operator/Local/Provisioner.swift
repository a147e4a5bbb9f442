import Cloud
import Foundation
import Pipeline
import Postgres
import StageRuntime

/// Makes what the pipeline needs, from the topology: tables, queues with their dead-letter queues, the bucket and its
/// notification. What is there already stays.
///
/// On Pub/Sub the bucket's events come from the object store's own notifications; on one machine, from the relay.
struct Provisioner {
    let wiring: Wiring
    let topology: Topology

    func provision() async throws {
        _ = try await Migrator().migrate(try wiring.database())
        let settings = wiring.settings
        for stage in topology.stages {
            for lane in Lane.allCases {
                try await wiring.queues.create(
                    settings.queueName(stage.name, lane),
                    deadLetters: settings.deadLetterQueueName(stage.name),
                    lease: .seconds(stage.leaseSeconds)
                )
            }
        }
        let storage = S3Administration(client: wiring.client, endpoint: wiring.aws.s3)
        try await storage.create(settings.bucket)
        var queues: [String: String] = [:]
        for (lane, prefix) in KeyPrefix.uploads {
            queues[prefix] = try await wiring.queues.notificationARN(of: settings.queueName("ingest", lane))
        }
        guard !queues.isEmpty else { return }
        try await storage.notify(settings.bucket, queues: queues)
    }
}
