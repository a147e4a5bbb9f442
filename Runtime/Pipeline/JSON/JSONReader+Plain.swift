extension JSONReader {
    /// Reads a value of a simple payload: only what Foundation's decoder is sure to read in the same way.
    ///
    /// - Returns: the value.
    /// - Throws: ``JSONError``, where it is no JSON or not so simple: arrays, fractions, escapes, keys that are not ASCII or
    ///   come twice.
    mutating func plainValue() throws(JSONError) -> PlainValue {
        let start = try valueStart()
        switch text[start] {
        case UInt8(ascii: "{"): return .object(try plainFields())
        case UInt8(ascii: "\""): return .string(try plainString())
        case UInt8(ascii: "["): throw JSONError(at: start)
        default:
            try skip()
            let word = plain(start..<place)
            if let integer = Self.integer(word) { return .integer(integer) }
            if word.elementsEqual("true".utf8) { return .bool(true) }
            if word.elementsEqual("false".utf8) { return .bool(false) }
            if word.elementsEqual("null".utf8) { return .null }
            throw JSONError(at: start)
        }
    }

    private mutating func plainFields() throws(JSONError) -> [PlainValue.Field] {
        var fields: [PlainValue.Field] = []
        fields.reserveCapacity(4)
        try object { reader, key throws(JSONError) in
            let isPlain = key.text.allSatisfy { $0 < 0x80 && $0 != UInt8(ascii: "\\") }
            let name = key.string
            guard isPlain, fields.count < PlainValue.mostFields, !fields.contains(where: { $0.key == name }) else {
                throw JSONError(at: reader.place)
            }
            fields.append(PlainValue.Field(key: name, value: try reader.plainValue()))
        }
        return fields
    }

    private mutating func plainString() throws(JSONError) -> String {
        let quoted = try quoted()
        guard !quoted.isEscaped, let string = String(validating: plain(quoted.range), as: UTF8.self) else {
            throw JSONError(at: quoted.range.lowerBound)
        }
        return string
    }

    /// Digits as JSON has them, without a zero before them.
    private static func integer(_ word: UnsafeBufferPointer<UInt8>) -> Int64? {
        let isNegative = word.first == UInt8(ascii: "-")
        let digits = word[(isNegative ? 1 : 0)...]
        // Nothing longer than this can overflow.
        guard let first = digits.first, digits.count <= 18, digits.allSatisfy({ 0x30...0x39 ~= $0 }) else { return nil }
        guard first != UInt8(ascii: "0") || word.count == 1 else { return nil }
        let value = digits.reduce(Int64(0)) { $0 * 10 + Int64($1 - 0x30) }
        return isNegative ? -value : value
    }
}
