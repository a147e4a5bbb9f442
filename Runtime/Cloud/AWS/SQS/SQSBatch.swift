internal import FoundationEssentials
internal import Pipeline

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

    /// DeleteMessageBatch, written by hand: every message goes this way.
    static func deletion(queueURL: String, _ receipts: ArraySlice<Receipt>) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(queueURL.utf8.count + receipts.reduce(64) { $0 + $1.rawValue.utf8.count + 40 })
        text.append(contentsOf: "{\"QueueUrl\":".utf8)
        JSONText.append(queueURL, to: &text)
        text.append(contentsOf: ",\"Entries\":[".utf8)
        for (index, receipt) in receipts.enumerated() {
            text.append(contentsOf: (index == 0 ? "{\"Id\":\"" : ",{\"Id\":\"").utf8)
            text.append(contentsOf: String(index).utf8)
            text.append(contentsOf: "\",\"ReceiptHandle\":".utf8)
            JSONText.append(receipt.rawValue, to: &text)
            text.append(UInt8(ascii: "}"))
        }
        text.append(contentsOf: "]}".utf8)
        return text
    }

    /// What a batch operation answers.
    struct Output: Sendable {
        private(set) var successes: [Success] = []
        private(set) var failures: [Failure] = []

        /// Reads an answer.
        ///
        /// - Throws: ``JSONError``, where it is none.
        init(_ answer: [UInt8]) throws(JSONError) {
            guard !answer.isEmpty else { return }
            var (successes, failures): ([Success], [Failure]) = ([], [])
            successes.reserveCapacity(10)
            try JSONReader.read(answer) { reader throws(JSONError) in
                try reader.object { reader, key throws(JSONError) in
                    guard !reader.null() else { return }
                    switch key {
                    case "Successful":
                        try reader.array { reader throws(JSONError) in successes.append(try Success(&reader)) }
                    case "Failed":
                        try reader.array { reader throws(JSONError) in failures.append(try Failure(&reader)) }
                    default: try reader.skip()
                    }
                }
            }
            self.successes = successes
            self.failures = failures
        }
    }

    struct Success: Sendable {
        private(set) var id = ""
        private(set) var bodyDigest: String?
        private(set) var attributeDigest: String?

        init(_ reader: inout JSONReader) throws(JSONError) {
            var success = Success()
            try reader.object { reader, key throws(JSONError) in
                guard !reader.null() else { return }
                switch key {
                case "Id": success.id = try reader.string()
                case "MD5OfMessageBody": success.bodyDigest = try reader.string()
                case "MD5OfMessageAttributes": success.attributeDigest = try reader.string()
                default: try reader.skip()
                }
            }
            self = success
        }

        private init() {}
    }

    struct Failure: Sendable {
        private(set) var id = ""
        private(set) var code = ""
        private(set) var message = ""
        private(set) var isSenderFault = true

        init(_ reader: inout JSONReader) throws(JSONError) {
            var failure = Failure()
            try reader.object { reader, key throws(JSONError) in
                guard !reader.null() else { return }
                switch key {
                case "Id": failure.id = try reader.string()
                case "Code": failure.code = try reader.string()
                case "Message": failure.message = try reader.string()
                case "SenderFault": failure.isSenderFault = String(decoding: try reader.raw(), as: UTF8.self) != "false"
                default: try reader.skip()
                }
            }
            self = failure
        }

        private init() {}
    }
}
