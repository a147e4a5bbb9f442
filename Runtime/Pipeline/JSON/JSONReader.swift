package import FoundationEssentials

/// Reads JSON (RFC 8259) from front to back without building a tree: for messages by the thousand.
///
/// A value is read by the call that fits it, each in its turn; what is not wanted is skipped. Only for the time of
/// ``read(_:_:)``: it points into the text.
package struct JSONReader {
    private static let deepest = 64

    private let text: UnsafeRawBufferPointer
    private var place = 0
    private var depth = 0

    private init(_ text: UnsafeRawBufferPointer) { self.text = text }

    /// Reads a text that is one value.
    ///
    /// - Parameters:
    ///   - text: in UTF-8.
    ///   - body: reads the value.
    /// - Returns: what `body` does.
    /// - Throws: ``JSONError``, where the text is no JSON, or not what is asked for.
    package static func read<Value>(
        _ text: some ContiguousBytes,
        _ body: (inout JSONReader) throws(JSONError) -> Value
    ) throws(JSONError) -> Value {
        let result: Result<Value, JSONError> = text.withUnsafeBytes { bytes in
            var reader = JSONReader(bytes)
            do throws(JSONError) {
                let value = try body(&reader)
                reader.skipSpace()
                guard reader.place == bytes.count else { throw JSONError(at: reader.place) }
                return .success(value)
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// Reads an object; `field` reads each value or skips it.
    package mutating func object(
        _ field: (inout JSONReader, JSONKey) throws(JSONError) -> Void
    ) throws(JSONError) {
        try enter("{")
        guard !leaves("}") else { return }
        repeat {
            let range = try rawString()
            try expect(":")
            try field(&self, JSONKey(text: UnsafeRawBufferPointer(rebasing: text[range])))
        } while try goesOn("}")
    }

    /// Reads an array; `element` reads each value.
    package mutating func array(_ element: (inout JSONReader) throws(JSONError) -> Void) throws(JSONError) {
        try enter("[")
        guard !leaves("]") else { return }
        repeat { try element(&self) } while try goesOn("]")
    }

    /// Reads a string.
    package mutating func string() throws(JSONError) -> String {
        let range = try rawString()
        let raw = text[range]
        guard raw.contains(UInt8(ascii: "\\")) else { return String(decoding: raw, as: UTF8.self) }
        return String(decoding: try unescaped(range), as: UTF8.self)
    }

    /// Reads a string's bytes, UTF-8.
    package mutating func bytes() throws(JSONError) -> [UInt8] {
        let range = try rawString()
        let raw = text[range]
        guard raw.contains(UInt8(ascii: "\\")) else { return [UInt8](raw) }
        return try unescaped(range)
    }

    /// Reads a whole number.
    package mutating func integer() throws(JSONError) -> Int {
        let start = try valueStart()
        try skip()
        guard let value = Int(String(decoding: text[start..<place], as: UTF8.self)) else { throw JSONError(at: start) }
        return value
    }

    /// Steps over a null.
    ///
    /// - Returns: whether there was one; nothing is read otherwise.
    package mutating func null() -> Bool {
        skipSpace()
        guard text[place...].starts(with: "null".utf8) else { return false }
        place += 4
        return true
    }

    /// Reads any value as it stands in the text.
    package mutating func raw() throws(JSONError) -> Data {
        let start = try valueStart()
        try skip()
        return Data(text[start..<place])
    }

    /// Steps over any value.
    package mutating func skip() throws(JSONError) {
        switch text[try valueStart()] {
        case UInt8(ascii: "{"): try object { reader, _ throws(JSONError) in try reader.skip() }
        case UInt8(ascii: "["): try array { reader throws(JSONError) in try reader.skip() }
        case UInt8(ascii: "\""): _ = try rawString()
        default:
            let start = place
            while place < text.count, Self.isScalar(text[place]) { place += 1 }
            guard place > start else { throw JSONError(at: place) }
        }
    }

    // MARK: Pieces

    private static func isScalar(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."): true
        default: false
        }
    }

    private mutating func skipSpace() {
        while place < text.count {
            switch text[place] {
            case 0x20, 0x09, 0x0A, 0x0D: place += 1
            default: return
            }
        }
    }

    private mutating func valueStart() throws(JSONError) -> Int {
        skipSpace()
        guard place < text.count else { throw JSONError(at: place) }
        return place
    }

    private mutating func expect(_ byte: Unicode.Scalar) throws(JSONError) {
        guard text[try valueStart()] == UInt8(ascii: byte) else { throw JSONError(at: place) }
        place += 1
    }

    private mutating func enter(_ byte: Unicode.Scalar) throws(JSONError) {
        guard depth < Self.deepest else { throw JSONError(at: place) }
        try expect(byte)
        depth += 1
    }

    private mutating func leaves(_ byte: Unicode.Scalar) -> Bool {
        skipSpace()
        guard place < text.count, text[place] == UInt8(ascii: byte) else { return false }
        place += 1
        depth -= 1
        return true
    }

    private mutating func goesOn(_ end: Unicode.Scalar) throws(JSONError) -> Bool {
        if leaves(end) { return false }
        try expect(",")
        return true
    }

    /// The place of a string's text between its quotes, escapes as they stand.
    private mutating func rawString() throws(JSONError) -> Range<Int> {
        try expect("\"")
        let start = place
        while place < text.count {
            switch text[place] {
            case UInt8(ascii: "\""):
                place += 1
                return start..<(place - 1)
            case UInt8(ascii: "\\"): place += 2
            case 0..<0x20: throw JSONError(at: place)
            default: place += 1
            }
        }
        throw JSONError(at: place)
    }

    private func unescaped(_ range: Range<Int>) throws(JSONError) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(range.count)
        var place = range.lowerBound
        while place < range.upperBound {
            guard text[place] == UInt8(ascii: "\\") else {
                bytes.append(text[place])
                place += 1
                continue
            }
            switch text[place + 1] {
            case UInt8(ascii: "u"):
                try appendScalar(at: &place, before: range.upperBound, to: &bytes)
                continue
            case UInt8(ascii: "n"): bytes.append(0x0A)
            case UInt8(ascii: "t"): bytes.append(0x09)
            case UInt8(ascii: "r"): bytes.append(0x0D)
            case UInt8(ascii: "b"): bytes.append(0x08)
            case UInt8(ascii: "f"): bytes.append(0x0C)
            case let byte where [UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/")].contains(byte):
                bytes.append(byte)
            default: throw JSONError(at: place)
            }
            place += 2
        }
        return bytes
    }

    /// `\uXXXX`, and the second half of a pair; a half that stands alone becomes U+FFFD.
    private func appendScalar(at place: inout Int, before end: Int, to bytes: inout [UInt8]) throws(JSONError) {
        let first = try codeUnit(at: place, before: end)
        place += 6
        var value = UInt32(first)
        if 0xD800...0xDBFF ~= first, place + 6 <= end, text[place] == UInt8(ascii: "\\"),
            text[place + 1] == UInt8(ascii: "u")
        {
            let second = try codeUnit(at: place, before: end)
            if 0xDC00...0xDFFF ~= second {
                value = 0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00)
                place += 6
            }
        }
        bytes += Array(String(Character(Unicode.Scalar(value) ?? "\u{FFFD}")).utf8)
    }

    private func codeUnit(at place: Int, before end: Int) throws(JSONError) -> UInt16 {
        guard place + 6 <= end,
            let unit = UInt16(String(decoding: text[place + 2..<place + 6], as: UTF8.self), radix: 16)
        else { throw JSONError(at: place) }
        return unit
    }
}
