internal import FoundationEssentials

/// The shapes of Pub/Sub's REST interface.
enum PubSubShape {
    /// An answer that says nothing but yes.
    struct Nothing: Codable, Sendable {}

    struct Pull: Encodable, Sendable {
        let maxMessages: Int
        /// Deprecated, and the one way to look without waiting; left out otherwise.
        let returnImmediately: Bool?
    }

    struct Pulled: Decodable, Sendable {
        /// Missing where nothing came.
        let receivedMessages: [Received]?
    }

    struct Received: Decodable, Sendable {
        let ackId: String
        let message: Message
        /// Missing where the subscription has no dead-letter topic.
        let deliveryAttempt: Int?
    }

    struct Message: Codable, Sendable {
        /// Base64 on the wire; missing where it is empty.
        var data: Data?
        var attributes: [String: String]?
        var messageId: String?
        /// RFC 3339.
        var publishTime: String?
        var orderingKey: String?
    }

    struct Publish: Encodable, Sendable { let messages: [Message] }

    struct Acknowledge: Encodable, Sendable { let ackIds: [String] }

    struct ModifyDeadline: Encodable, Sendable {
        let ackIds: [String]
        let ackDeadlineSeconds: Int
    }
}
