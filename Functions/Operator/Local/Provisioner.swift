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

    /// Objects under other prefixes are not looked at: what the pipeline derives must not start it again.
    static let uploadPrefix = "uploads/"

    func provision() async throws {
        _ = try await Migrator().migrate(try wiring.database())
        let settings = wiring.settings
        for stage in topology.stages {
            try await wiring.queues.create(
                settings.queueName(stage.name),
                deadLetters: settings.deadLetterQueueName(stage.name),
                lease: .seconds(stage.leaseSeconds)
            )
        }
        let storage = S3Administration(client: wiring.client, endpoint: wiring.aws.s3)
        try await storage.create(settings.bucket)
        guard let arn = try await wiring.queues.notificationARN(of: settings.queueName("ingest")) else { return }
        try await storage.notify(settings.bucket, queueARN: arn, prefix: Self.uploadPrefix)
    }
}
