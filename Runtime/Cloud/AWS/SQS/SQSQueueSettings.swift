/// How a queue is made.
package struct SQSQueueSettings: Sendable {
    /// How long a message is hidden where a receiver does not say.
    package var visibilityTimeout: Duration
    /// How long a message is kept, 60 s to 14 days.
    package var retention: Duration
    /// Where messages go that were received too often.
    package var redrive: Redrive?
    /// A resource policy, JSON: who else may send.
    package var policy: String?

    package struct Redrive: Sendable {
        package let deadLetterARN: String
        package let receiveCount: Int

        package init(deadLetterARN: String, receiveCount: Int) {
            self.deadLetterARN = deadLetterARN
            self.receiveCount = receiveCount
        }
    }

    package init(
        visibilityTimeout: Duration = .seconds(30),
        retention: Duration = .seconds(4 * 86_400),
        redrive: Redrive? = nil,
        policy: String? = nil
    ) {
        self.visibilityTimeout = visibilityTimeout
        self.retention = retention
        self.redrive = redrive
        self.policy = policy
    }

    /// As CreateQueue and SetQueueAttributes take them.
    var attributes: [String: String] {
        var attributes = [
            "VisibilityTimeout": String(visibilityTimeout.components.seconds),
            "MessageRetentionPeriod": String(retention.components.seconds),
        ]
        if let redrive {
            attributes["RedrivePolicy"] =
                #"{"deadLetterTargetArn":"\#(redrive.deadLetterARN)","maxReceiveCount":"\#(redrive.receiveCount)"}"#
        }
        attributes["Policy"] = policy
        return attributes
    }
}
