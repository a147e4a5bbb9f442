/// What a collector says that it did not take of a request that it took.
enum PartialSuccess {
    /// Reads an answer, `opentelemetry.proto.collector.*.v1.Export*ServiceResponse`: in field 1 a message, in whose field
    /// 1 the number of spans, data points or log records. Anything else counts as none.
    static func rejectedCount(in body: [UInt8]) -> Int {
        var rest = body[...]
        guard rest.popFirst() == lengthDelimited, let length = varint(&rest), length <= rest.count else { return 0 }
        rest = rest.prefix(Int(length))
        guard rest.popFirst() == number, let count = varint(&rest) else { return 0 }
        return Int(clamping: count)
    }

    /// The tag of a field 1 that holds bytes.
    private static let lengthDelimited: UInt8 = 0x0a
    /// The tag of a field 1 that holds a number.
    private static let number: UInt8 = 0x08

    private static func varint(_ rest: inout ArraySlice<UInt8>) -> UInt64? {
        var value: UInt64 = 0
        for place in 0..<9 {
            guard let byte = rest.popFirst() else { return nil }
            value |= UInt64(byte & 0x7f) << UInt64(place * 7)
            if byte < 0x80 { return value }
        }
        return nil
    }
}
