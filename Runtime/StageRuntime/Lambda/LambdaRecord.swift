internal import Cloud
internal import FoundationEssentials
internal import Pipeline

/// A message of an SQS batch.
struct LambdaRecord: Decodable, Sendable {
    enum CodingKeys: String, CodingKey {
        case id = "messageId"
        case receipt = "receiptHandle"
        case body
        case bodyDigest = "md5OfBody"
        case systemAttributes = "attributes"
        case attributes = "messageAttributes"
        case source = "eventSource"
        case sourceARN = "eventSourceARN"
    }

    struct Attribute: Decodable, Sendable {
        enum CodingKeys: String, CodingKey { case text = "stringValue" }
        /// Missing where the attribute is bytes.
        let text: String?
    }

    let id: String
    let receipt: Receipt
    let body: String
    let bodyDigest: String?
    let systemAttributes: [String: String]?
    let attributes: [String: Attribute]?
    let source: String?
    let sourceARN: String?

    /// Whether the body is what was sent.
    var isIntact: Bool {
        bodyDigest.map { $0 == Hexadecimal.encoded(MD5.digest(Array(body.utf8))) } ?? true
    }

    /// The lane of the queue that it comes from.
    var lane: Lane { sourceARN?.hasSuffix(Lane.bulk.queueSuffix) == true ? .bulk : .interactive }

    /// The message, as ``SQSQueue`` would have received it.
    var delivery: Delivery {
        var texts = (attributes ?? [:]).compactMapValues(\.text)
        texts[Delivery.sentTimestamp] = systemAttributes?[Delivery.sentTimestamp]
        return Delivery(
            messageID: id,
            receipt: receipt,
            body: Data(body.utf8),
            attributes: texts,
            receiveCount: systemAttributes?["ApproximateReceiveCount"].flatMap { Int($0) } ?? 1
        )
    }
}
