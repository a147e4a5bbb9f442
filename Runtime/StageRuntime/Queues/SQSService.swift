internal import Cloud
internal import Pipeline

/// Queues of SQS.
struct SQSService: QueueService {
    /// The ledger counts attempts; this only ends what no worker can even claim.
    private static let receiveCount = 1000
    private static let retention: Duration = .seconds(14 * 86_400)

    let caller: SQSCaller

    private var administration: SQSAdministration { SQSAdministration(caller: caller) }

    func queue(_ name: String) -> any Queue { SQSNamedQueue(name: name, caller: caller) }

    func find(_ name: String) async throws(Fault) -> (any Queue)? {
        let queue = SQSNamedQueue(name: name, caller: caller)
        return try await queue.find() == nil ? nil : queue
    }

    func missing(_ name: String) -> Fault {
        .reject("settings", "there is no queue \(name): is MEDIA_QUEUE_PREFIX right?")
    }

    func create(_ name: String, deadLetters: String, lease: Duration) async throws(Fault) {
        let url = try await administration.create(deadLetters, SQSQueueSettings(retention: Self.retention))
        let redrive = SQSQueueSettings.Redrive(
            deadLetterARN: try await administration.state(of: url).arn,
            receiveCount: Self.receiveCount
        )
        let settings = SQSQueueSettings(visibilityTimeout: lease, retention: Self.retention, redrive: redrive)
        _ = try await administration.create(name, settings)
    }

    func notificationARN(of name: String) async throws(Fault) -> String? {
        guard let url = try await administration.url(of: name) else { throw missing(name) }
        return try await administration.state(of: url).arn
    }
}
