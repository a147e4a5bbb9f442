/// The shapes of the batch operations. An entry's id is its index in the call: ids must differ within one.
enum SQSBatch {
    struct Input<Entry: Encodable>: Encodable {
        enum CodingKeys: String, CodingKey {
            case queueURL = "QueueUrl"
            case entries = "Entries"
        }
        let queueURL: String
        let entries: [Entry]
    }

    struct Send: Encodable {
        enum CodingKeys: String, CodingKey {
            case id = "Id"
            case body = "MessageBody"
            case delaySeconds = "DelaySeconds"
            case attributes = "MessageAttributes"
        }
        let id: String
        let body: String
        let delaySeconds: Int
        let attributes: [String: SQSAttribute]

        /// What counts towards the service's limit.
        static func byteCount(_ body: String, _ attributes: [String: SQSAttribute]) -> Int {
            attributes.reduce(body.utf8.count) { $0 + $1.key.utf8.count + $1.value.byteCount }
        }
    }

    struct Delete: Encodable {
        enum CodingKeys: String, CodingKey {
            case id = "Id"
            case receipt = "ReceiptHandle"
        }
        let id: String
        let receipt: String
    }

    struct ChangeVisibility: Encodable {
        enum CodingKeys: String, CodingKey {
            case id = "Id"
            case receipt = "ReceiptHandle"
            case visibilitySeconds = "VisibilityTimeout"
        }
        let id: String
        let receipt: String
        let visibilitySeconds: Int
    }

    struct Output: Decodable, Sendable {
        enum CodingKeys: String, CodingKey {
            case successes = "Successful"
            case failures = "Failed"
        }
        let successes: [Success]?
        let failures: [Failure]?
    }

    struct Success: Decodable, Sendable {
        enum CodingKeys: String, CodingKey {
            case id = "Id"
            case bodyDigest = "MD5OfMessageBody"
            case attributeDigest = "MD5OfMessageAttributes"
        }
        let id: String
        let bodyDigest: String?
        let attributeDigest: String?
    }

    struct Failure: Decodable, Sendable {
        enum CodingKeys: String, CodingKey {
            case id = "Id"
            case code = "Code"
            case message = "Message"
            case isSenderFault = "SenderFault"
        }
        let id: String
        let code: String
        let message: String?
        let isSenderFault: Bool?
    }
}
