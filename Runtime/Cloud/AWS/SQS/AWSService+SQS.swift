internal import FoundationEssentials

extension AWSService {
    /// SQS, spoken as JSON 1.0 in the mode that keeps the query protocol's error codes.
    package static let sqs = AWSService(name: "sqs") { headers, body in
        let answer = try? JSONDecoder().decode(SQSErrorBody.self, from: Data(body))
        let message = answer?.message ?? answer?.capitalMessage ?? ""
        // "AWS.SimpleQueueService.NonExistentQueue;Sender"
        if let legacy = headers["x-amzn-query-error"]?.split(separator: ";").first {
            return (SQSErrorCode.modern(String(legacy)), message)
        }
        // "com.amazonaws.sqs#QueueDoesNotExist:http://..."
        let type = answer?.type ?? ""
        return (SQSErrorCode.modern(String(type.prefix { $0 != ":" }.split(separator: "#").last ?? "")), message)
    }
}

private struct SQSErrorBody: Decodable {
    enum CodingKeys: String, CodingKey {
        case type = "__type"
        case message
        case capitalMessage = "Message"
    }
    let type: String?
    let message: String?
    let capitalMessage: String?
}
