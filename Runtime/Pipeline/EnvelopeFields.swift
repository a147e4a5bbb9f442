import FoundationEssentials

/// An envelope's fields as they stand in its text; nil where they are missing.
struct EnvelopeFields {
    private(set) var version: Int?
    private(set) var id: String?
    private(set) var kind: String?
    private(set) var tenant: String?
    private(set) var asset: String?
    private(set) var generation: Int?
    private(set) var traceparent: String?
    private(set) var sent: String?
    /// JSON: a part of the body.
    private(set) var payload: Data?
    private var payloadRange: Range<Int>?

    /// Reads a message's body.
    ///
    /// - Throws: ``JSONError``, where it is no JSON object or a field is of another type.
    init(_ body: Data) throws(JSONError) {
        var fields = EnvelopeFields()
        try JSONReader.read(body) { reader throws(JSONError) in
            try reader.object { reader, key throws(JSONError) in try fields.take(key, &reader) }
        }
        fields.payload = fields.payloadRange.map { range in
            body[(body.startIndex + range.lowerBound)..<(body.startIndex + range.upperBound)]
        }
        self = fields
    }

    private init() {}

    private mutating func take(_ key: JSONKey, _ reader: inout JSONReader) throws(JSONError) {
        guard !reader.null() else { return }
        switch key {
        case "v": version = try reader.integer()
        case "id": id = try reader.string()
        case "kind": kind = try reader.string()
        case "tenant": tenant = try reader.string()
        case "asset": asset = try reader.string()
        case "generation": generation = try reader.integer()
        case "traceparent": traceparent = try reader.string()
        case "sent": sent = try reader.string()
        case "payload": payloadRange = try reader.rawRange()
        default: try reader.skip()
        }
    }
}
