/// A protocol buffer's fields as they stand on the wire, read by the numbers of OpenTelemetry's schema.
struct ProtobufMessage {
    private enum Value {
        case number(UInt64)
        case bytes(ArraySlice<UInt8>)
    }

    private var fields: [(number: Int, value: Value)] = []

    /// Reads a message; nil where it is not well-formed.
    init?(_ bytes: some Collection<UInt8>) {
        var rest = Array(bytes)[...]
        while !rest.isEmpty {
            guard let tag = Self.varint(&rest) else { return nil }
            let value: Value
            switch tag & 7 {
            case 0:
                guard let number = Self.varint(&rest) else { return nil }
                value = .number(number)
            case 1, 5:
                let count = tag & 7 == 1 ? 8 : 4
                guard rest.count >= count else { return nil }
                value = .number(rest.prefix(count).reversed().reduce(0) { $0 << 8 | UInt64($1) })
                rest = rest.dropFirst(count)
            case 2:
                guard let count = Self.varint(&rest), rest.count >= count else { return nil }
                value = .bytes(rest.prefix(Int(count)))
                rest = rest.dropFirst(Int(count))
            default: return nil
            }
            fields.append((Int(tag >> 3), value))
        }
    }

    func messages(_ number: Int) -> [ProtobufMessage] { slices(number).compactMap { ProtobufMessage($0) } }
    func message(_ path: Int...) -> ProtobufMessage? {
        path.reduce(Optional(self)) { $0?.messages($1).first }
    }
    func text(_ number: Int) -> String? { slices(number).first.map { String(decoding: $0, as: UTF8.self) } }
    func hex(_ number: Int) -> String? {
        slices(number).first.map { $0.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }
    }
    func number(_ number: Int) -> UInt64? {
        for case (number, .number(let value)) in fields { return value }
        return nil
    }
    func double(_ number: Int) -> Double? { self.number(number).map { Double(bitPattern: $0) } }
    /// Packed values of eight bytes.
    func packed(_ number: Int) -> [UInt64] {
        guard let bytes = slices(number).first else { return [] }
        return stride(from: bytes.startIndex, to: bytes.endIndex, by: 8).map { start in
            bytes[start..<(start + 8)].reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }
    }

    /// The repeated `KeyValue`s of a field, as text.
    func attributes(_ number: Int) -> [String: String] {
        var attributes: [String: String] = [:]
        for pair in messages(number) {
            guard let key = pair.text(1), let value = pair.message(2) else { continue }
            attributes[key] = value.text(1) ?? value.number(3).map { "\(Int64(bitPattern: $0))" }
        }
        return attributes
    }

    private func slices(_ number: Int) -> [ArraySlice<UInt8>] {
        fields.compactMap { field in
            guard field.number == number, case .bytes(let bytes) = field.value else { return nil }
            return bytes
        }
    }

    private static func varint(_ rest: inout ArraySlice<UInt8>) -> UInt64? {
        var value: UInt64 = 0
        for place in 0..<10 {
            guard let byte = rest.popFirst() else { return nil }
            value |= UInt64(byte & 0x7f) << UInt64(place * 7)
            if byte < 0x80 { return value }
        }
        return nil
    }
}
