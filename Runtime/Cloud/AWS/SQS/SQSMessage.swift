internal import FoundationEssentials
internal import Pipeline

/// A message as ReceiveMessage has it.
struct SQSMessage: Sendable {
    private(set) var id = ""
    private(set) var receipt = ""
    private(set) var body = Data()
    private(set) var bodyDigest: MD5.Value?
    private(set) var attributeDigest: String?
    private(set) var receiveCount = 1
    private(set) var sentTimestamp: String?
    private(set) var trace: String?
    private(set) var attributes: [String: SQSAttribute] = [:]

    /// Reads one.
    ///
    /// - Throws: ``JSONError``, where it is none.
    init(_ reader: inout JSONReader) throws(JSONError) {
        var message = SQSMessage()
        try reader.object { reader, key throws(JSONError) in
            guard !reader.null() else { return }
            switch key {
            case "MessageId": message.id = try reader.string()
            case "ReceiptHandle": message.receipt = try reader.string()
            case "Body": message.body = try reader.data()
            // One that can't be read is none that agrees.
            case "MD5OfBody": message.bodyDigest = try reader.quotedText { Hexadecimal.decoded($0) ?? MD5.Value() }
            case "MD5OfMessageAttributes": message.attributeDigest = try reader.string()
            case "Attributes":
                try reader.object { reader, key throws(JSONError) in
                    switch key {
                    case "ApproximateReceiveCount": message.receiveCount = Int(try reader.string()) ?? 1
                    case "SentTimestamp": message.sentTimestamp = try reader.string()
                    case "AWSTraceHeader": message.trace = try reader.string()
                    default: try reader.skip()
                    }
                }
            case "MessageAttributes":
                try reader.object { reader, key throws(JSONError) in
                    message.attributes[key.string] = try SQSAttribute(&reader)
                }
            default: try reader.skip()
            }
        }
        self = message
    }

    private init() {}

    /// Whether body and attributes are what was sent.
    var isIntact: Bool {
        if let bodyDigest, body.withUnsafeBytes({ MD5.value($0) }) != bodyDigest { return false }
        guard let attributeDigest, !attributes.isEmpty else { return true }
        return SQSAttribute.digest(attributes).map { $0 == attributeDigest.lowercased() } ?? true
    }

    /// As the runtime takes it.
    var delivery: Delivery {
        var own: [String: String] = attributes.isEmpty ? [:] : attributes.compactMapValues(\.text)
        if let sentTimestamp { own[Delivery.sentTimestamp] = sentTimestamp }
        if let trace { own[SQSQueue.traceHeader] = trace }
        return Delivery(
            messageID: id,
            receipt: Receipt(rawValue: receipt),
            body: body,
            attributes: own,
            receiveCount: receiveCount
        )
    }
}

extension SQSAttribute {
    fileprivate init(_ reader: inout JSONReader) throws(JSONError) {
        var (type, text, binary) = ("String", String?.none, Data?.none)
        try reader.object { reader, key throws(JSONError) in
            guard !reader.null() else { return }
            switch key {
            case "DataType": type = try reader.string()
            case "StringValue": text = try reader.string()
            case "BinaryValue": binary = Data(base64Encoded: try reader.string())
            default: try reader.skip()
            }
        }
        self.init(type: type, text: text, binary: binary)
    }
}
