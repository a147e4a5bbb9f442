internal import FoundationEssentials
internal import Pipeline

/// What ReceiveMessage is asked and what it answers, written and read by hand: every message comes this way.
enum SQSReceive {
    static func request(queueURL: String, count: Int, waitSeconds: Int, visibilitySeconds: Int) -> [UInt8] {
        let system = #"["ApproximateReceiveCount","SentTimestamp","AWSTraceHeader"]"#
        return Array(
            """
            {"QueueUrl":\(JSONText.quoted(queueURL)),"MaxNumberOfMessages":\(count),"WaitTimeSeconds":\(waitSeconds),\
            "VisibilityTimeout":\(visibilitySeconds),"MessageSystemAttributeNames":\(system),\
            "MessageAttributeNames":["All"]}
            """.utf8
        )
    }

    /// Reads the answer: no messages where nothing came.
    ///
    /// - Throws: ``JSONError``, where it is no such answer.
    static func messages(_ answer: [UInt8]) throws(JSONError) -> [SQSMessage] {
        guard !answer.isEmpty else { return [] }
        var messages: [SQSMessage] = []
        messages.reserveCapacity(10)
        try JSONReader.read(answer) { reader throws(JSONError) in
            try reader.object { reader, key throws(JSONError) in
                guard case "Messages" = key, !reader.null() else { return try reader.skip() }
                try reader.array { reader throws(JSONError) in messages.append(try SQSMessage(&reader)) }
            }
        }
        return messages
    }
}
