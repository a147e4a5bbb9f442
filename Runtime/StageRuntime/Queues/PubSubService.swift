internal import Cloud
internal import Pipeline

/// Queues of Pub/Sub: a topic and a subscription of one name.
struct PubSubService: QueueService {
    /// The ledger counts attempts; this only ends what no worker can even claim. The most that the service takes.
    private static let deliveryAttempts = 100
    /// The emulator takes no more; the service takes 31 days.
    private static let retention: Duration = .seconds(7 * 86_400)

    let project: String
    let caller: PubSubCaller

    /// Finds the service, and credentials for it; an emulator takes none.
    ///
    /// - Throws: reject, with one line that names the setting.
    init(project: String, environment: [String: String], http: any HTTPClient) throws(Fault) {
        self.project = project
        let endpoint = try PubSubEndpoint(environment: environment)
        let tokens = endpoint.isEmulator ? nil : try GoogleCredentials(environment: environment, http: http)
        caller = PubSubCaller(http: http, endpoint: endpoint, tokens: tokens)
    }

    func queue(_ name: String) -> any Queue { named(name) }

    func find(_ name: String) async throws(Fault) -> (any Queue)? {
        let queue = named(name)
        return try await queue.find() == nil ? nil : queue
    }

    func missing(_ name: String) -> Fault {
        .reject(
            "settings",
            "there is no subscription \(name) in the project \(project): "
                + "are MEDIA_QUEUE_PREFIX and GOOGLE_CLOUD_PROJECT right?"
        )
    }

    func create(_ name: String, deadLetters: String, lease: Duration) async throws(Fault) {
        let administration = PubSubAdministration(caller: caller)
        let (topic, deadTopic) = (path("topics", name), path("topics", deadLetters))
        try await administration.create(topic: deadTopic)
        try await administration.create(
            path("subscriptions", deadLetters),
            PubSubSubscription(topic: deadTopic, retention: Self.retention)
        )
        try await administration.create(topic: topic)
        let subscription = PubSubSubscription(
            topic: topic,
            ackDeadlineSeconds: Int(lease.components.seconds),
            deadLetterPolicy: PubSubSubscription.DeadLetterPolicy(
                deadLetterTopic: deadTopic,
                maxDeliveryAttempts: Self.deliveryAttempts
            ),
            retention: Self.retention
        )
        try await administration.create(path("subscriptions", name), subscription)
    }

    func notificationARN(of name: String) -> String? { nil }

    private func named(_ name: String) -> PubSubNamedQueue {
        PubSubNamedQueue(name: name, project: project, caller: caller)
    }

    private func path(_ collection: String, _ name: String) -> String { "projects/\(project)/\(collection)/\(name)" }
}
