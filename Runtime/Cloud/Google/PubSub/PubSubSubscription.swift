/// A subscription as Pub/Sub describes it.
package struct PubSubSubscription: Codable, Sendable {
    package struct DeadLetterPolicy: Codable, Sendable, Equatable {
        /// "projects/P/topics/T".
        package let deadLetterTopic: String
        /// From 5 to 100.
        package let maxDeliveryAttempts: Int

        package init(deadLetterTopic: String, maxDeliveryAttempts: Int) {
            self.deadLetterTopic = deadLetterTopic
            self.maxDeliveryAttempts = maxDeliveryAttempts
        }
    }

    /// Without a time to live it never expires.
    struct ExpirationPolicy: Codable, Sendable {
        var ttl: String?
    }

    /// "projects/P/topics/T".
    package let topic: String
    /// The lease of a message that was pulled and not yet extended, from 10 to 600.
    package let ackDeadlineSeconds: Int
    package let deadLetterPolicy: DeadLetterPolicy?
    package let enableExactlyOnceDelivery: Bool?
    /// "1209600s".
    package let messageRetentionDuration: String?
    var expirationPolicy: ExpirationPolicy? = ExpirationPolicy()

    package init(
        topic: String,
        ackDeadlineSeconds: Int = 60,
        deadLetterPolicy: DeadLetterPolicy? = nil,
        isExactlyOnce: Bool = false,
        retention: Duration? = nil
    ) {
        self.topic = topic
        self.ackDeadlineSeconds = ackDeadlineSeconds
        self.deadLetterPolicy = deadLetterPolicy
        enableExactlyOnceDelivery = isExactlyOnce ? true : nil
        messageRetentionDuration = retention.map { "\($0.components.seconds)s" }
    }

    package var isExactlyOnce: Bool { enableExactlyOnceDelivery ?? false }
    package var neverExpires: Bool { expirationPolicy != nil && expirationPolicy?.ttl == nil }
}
