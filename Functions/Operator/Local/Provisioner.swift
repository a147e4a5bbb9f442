import Cloud
import Foundation
import Pipeline
import Postgres
import StageRuntime

/// Makes what the pipeline needs, from the topology: tables, queues with their dead-letter queues, the bucket and its
/// notification. What is there already stays.
struct Provisioner {
    let wiring: Wiring
    let topology: Topology

    /// Objects under other prefixes are not looked at: what the pipeline derives must not start it again.
    static let uploadPrefix = "uploads/"
    /// The ledger counts attempts; this only ends what no worker can even claim.
    private static let receiveCount = 1000
    private static let retention = Duration.seconds(14 * 86_400)

    func provision() async throws {
        _ = try await Migrator().migrate(try wiring.database())
        let queues = SQSAdministration(caller: wiring.queues)
        for stage in topology.stages { try await make(stage, queues) }
        let storage = S3Administration(client: wiring.client, endpoint: wiring.aws.s3)
        try await storage.create(wiring.settings.bucket)
        guard let url = try await queues.url(of: wiring.settings.queueName("ingest")) else {
            throw Failure("the ingest queue is not there after it was made")
        }
        let arn = try await queues.state(of: url).arn
        try await storage.notify(wiring.settings.bucket, queueARN: arn, prefix: Self.uploadPrefix)
    }

    private func make(_ stage: StageTopology, _ queues: SQSAdministration) async throws {
        let deadLetters = try await queues.create(
            wiring.settings.deadLetterQueueName(stage.name),
            SQSQueueSettings(retention: Self.retention)
        )
        let target = try await queues.state(of: deadLetters).arn
        let settings = SQSQueueSettings(
            visibilityTimeout: .seconds(stage.leaseSeconds),
            retention: Self.retention,
            redrive: SQSQueueSettings.Redrive(deadLetterARN: target, receiveCount: Self.receiveCount)
        )
        _ = try await queues.create(wiring.settings.queueName(stage.name), settings)
    }
}
