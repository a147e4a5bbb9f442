internal import Pipeline

/// The shapes of ReceiveMessage.
enum SQSReceive {
    struct Input: Encodable {
        enum CodingKeys: String, CodingKey {
            case queueURL = "QueueUrl"
            case count = "MaxNumberOfMessages"
            case waitSeconds = "WaitTimeSeconds"
            case visibilitySeconds = "VisibilityTimeout"
            case systemAttributes = "MessageSystemAttributeNames"
            case attributes = "MessageAttributeNames"
        }
        let queueURL: String
        let count: Int
        let waitSeconds: Int
        let visibilitySeconds: Int
        let systemAttributes = ["ApproximateReceiveCount", Delivery.sentTimestamp]
        let attributes = ["All"]
    }

    struct Output: Decodable, Sendable {
        enum CodingKeys: String, CodingKey { case messages = "Messages" }
        /// Missing where nothing came.
        let messages: [Message]?
    }

    struct Message: Decodable, Sendable {
        enum CodingKeys: String, CodingKey {
            case id = "MessageId"
            case receipt = "ReceiptHandle"
            case body = "Body"
            case bodyDigest = "MD5OfBody"
            case attributeDigest = "MD5OfMessageAttributes"
            case systemAttributes = "Attributes"
            case attributes = "MessageAttributes"
        }
        let id: String
        let receipt: String
        let body: String
        let bodyDigest: String
        let attributeDigest: String?
        let systemAttributes: [String: String]?
        let attributes: [String: SQSAttribute]?

        /// Whether body and attributes are what was sent.
        var isIntact: Bool {
            guard Hexadecimal.encoded(MD5.digest(Array(body.utf8))) == bodyDigest else { return false }
            guard let attributeDigest, let attributes else { return true }
            return SQSAttribute.digest(attributes).map { $0 == attributeDigest } ?? true
        }
    }
}
