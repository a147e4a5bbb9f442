package import Pipeline

/// Makes queues and looks at them.
package struct SQSAdministration: Sendable {
    private let caller: SQSCaller

    package init(caller: SQSCaller) { self.caller = caller }

    /// Makes a queue, or brings the one of that name to these settings.
    ///
    /// - Parameters:
    ///   - name: at most 80 of letters, digits, hyphen and underscore.
    ///   - settings: of the queue.
    /// - Returns: the queue's URL.
    /// - Throws: retry or throttled, where the service did not answer or asked for less; reject, where it refuses.
    package func create(_ name: String, _ settings: SQSQueueSettings) async throws(Fault) -> String {
        if let url = try await url(of: name) {
            let _: Empty = try await caller.call(
                "SetQueueAttributes",
                Attributes(queueURL: url, attributes: settings.attributes)
            )
            return url
        }
        let made: Location = try await caller.call(
            "CreateQueue",
            Creation(name: name, attributes: settings.attributes)
        )
        return made.queueURL
    }

    /// Looks a queue up.
    ///
    /// - Parameter name: the queue's name.
    /// - Returns: its URL; nil where there is none of that name.
    /// - Throws: as ``create(_:_:)``.
    package func url(of name: String) async throws(Fault) -> String? {
        do throws(Fault) {
            let location: Location = try await caller.call("GetQueueUrl", Lookup(name: name))
            return location.queueURL
        } catch {
            if error.serviceError?.code == "QueueDoesNotExist" { return nil }
            throw error
        }
    }

    /// Asks how full a queue is.
    ///
    /// - Parameter url: the queue's.
    /// - Returns: the service's approximate numbers.
    /// - Throws: as ``create(_:_:)``.
    package func state(of url: String) async throws(Fault) -> SQSQueueState {
        let names = [
            "QueueArn", "ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible",
            "ApproximateNumberOfMessagesDelayed",
        ]
        let answer: AttributesAnswer = try await caller.call(
            "GetQueueAttributes",
            AttributesQuestion(queueURL: url, names: names)
        )
        let counts = names.dropFirst().map { answer.attributes[$0].flatMap { Int($0) } ?? 0 }
        return SQSQueueState(
            arn: answer.attributes["QueueArn"] ?? "",
            visibleCount: counts[0],
            inFlightCount: counts[1],
            delayedCount: counts[2]
        )
    }

    private struct Empty: Decodable {}

    private struct Lookup: Encodable {
        enum CodingKeys: String, CodingKey { case name = "QueueName" }
        let name: String
    }

    private struct Creation: Encodable {
        enum CodingKeys: String, CodingKey {
            case name = "QueueName"
            case attributes = "Attributes"
        }
        let name: String
        let attributes: [String: String]
    }

    private struct Location: Decodable {
        enum CodingKeys: String, CodingKey { case queueURL = "QueueUrl" }
        let queueURL: String
    }

    private struct Attributes: Encodable {
        enum CodingKeys: String, CodingKey {
            case queueURL = "QueueUrl"
            case attributes = "Attributes"
        }
        let queueURL: String
        let attributes: [String: String]
    }

    private struct AttributesQuestion: Encodable {
        enum CodingKeys: String, CodingKey {
            case queueURL = "QueueUrl"
            case names = "AttributeNames"
        }
        let queueURL: String
        let names: [String]
    }

    private struct AttributesAnswer: Decodable {
        enum CodingKeys: String, CodingKey { case attributes = "Attributes" }
        let attributes: [String: String]
    }
}
