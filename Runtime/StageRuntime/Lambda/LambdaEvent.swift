internal import FoundationEssentials
internal import Pipeline

/// What Lambda's event source mapping hands over: a batch of messages of one queue.
struct LambdaEvent: Decodable {
    enum CodingKeys: String, CodingKey { case records = "Records" }
    let records: [LambdaRecord]

    /// Reads an event.
    ///
    /// - Throws: reject, where it is something else.
    static func decoded(_ event: [UInt8]) throws(Fault) -> LambdaEvent {
        let operation = "lambda.event"
        let batch: LambdaEvent
        do { batch = try JSONDecoder().decode(LambdaEvent.self, from: Data(event)) } catch {
            throw .reject(operation, "the event is no batch of SQS messages: connect the function to the stage's queue")
        }
        if let other = batch.records.first(where: { $0.source != "aws:sqs" }) {
            throw .reject(operation, "the event comes from \(other.source ?? "nowhere"), not from aws:sqs")
        }
        return batch
    }
}
