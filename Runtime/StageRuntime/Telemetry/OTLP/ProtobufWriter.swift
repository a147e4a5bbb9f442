/// Writes protocol buffers by hand: OTLP's messages are few, and none is ever read back.
///
/// Wire format: https://protobuf.dev/programming-guides/encoding/.
struct ProtobufWriter {
    private(set) var bytes: [UInt8] = []

    mutating func integer(_ field: Int, _ value: Int) {
        tag(field, .varint)
        varint(UInt64(bitPattern: Int64(value)))
    }

    mutating func fixed32(_ field: Int, _ value: UInt32) {
        tag(field, .fixed32)
        append(value)
    }

    mutating func fixed64(_ field: Int, _ value: UInt64) {
        tag(field, .fixed64)
        append(value)
    }

    mutating func double(_ field: Int, _ value: Double) { fixed64(field, value.bitPattern) }

    /// Writes a string; an empty one is left out, as it is the default.
    mutating func string(_ field: Int, _ value: String) {
        guard !value.isEmpty else { return }
        oneOf(field, value)
    }

    /// Writes a string that stands for a choice, which an empty one does too.
    mutating func oneOf(_ field: Int, _ value: String) {
        tag(field, .lengthDelimited)
        let utf8 = value.utf8
        varint(UInt64(utf8.count))
        bytes.append(contentsOf: utf8)
    }

    /// Writes an identifier as bytes, the most significant first.
    mutating func identifier(_ field: Int, _ words: UInt64...) {
        tag(field, .lengthDelimited)
        varint(UInt64(words.count * 8))
        for word in words { append(word.bigEndian) }
    }

    /// Writes repeated 64-bit values, packed.
    mutating func packed(_ field: Int, _ values: [UInt64]) {
        tag(field, .lengthDelimited)
        varint(UInt64(values.count * 8))
        for value in values { append(value) }
    }

    /// Writes fields that were written elsewhere.
    mutating func append(_ fields: ProtobufWriter) { bytes += fields.bytes }

    mutating func message(_ field: Int, _ content: (inout ProtobufWriter) -> Void) {
        tag(field, .lengthDelimited)
        let start = bytes.count
        content(&self)
        // The length comes first and is known last: what was written moves up by one to three bytes.
        var length = ProtobufWriter()
        length.varint(UInt64(bytes.count - start))
        bytes.insert(contentsOf: length.bytes, at: start)
    }

    private enum WireType: UInt64 {
        case varint = 0
        case fixed64 = 1
        case lengthDelimited = 2
        case fixed32 = 5
    }

    private mutating func tag(_ field: Int, _ type: WireType) { varint(UInt64(field) << 3 | type.rawValue) }

    private mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    private mutating func append(_ value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }
}
