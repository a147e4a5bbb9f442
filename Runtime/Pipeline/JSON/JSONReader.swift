package import FoundationEssentials

/// Reads JSON (RFC 8259) from front to back without building a tree: for messages by the thousand.
///
/// A value is read by the call that fits it, each in its turn; what is not wanted is skipped. Only for the time of
/// ``read(_:_:)``: it points into the text.
package struct JSONReader {
    private static let deepest = 64

    /// A string's text between its quotes, escapes as they stand.
    struct Quoted {
        let range: Range<Int>
        let isEscaped: Bool
    }

    let text: UnsafeBufferPointer<UInt8>
    private(set) var place = 0
    private var depth = 0

    private init(_ text: UnsafeRawBufferPointer) { self.text = text.assumingMemoryBound(to: UInt8.self) }

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
            let range = try quoted().range
            try expect(":")
            try field(&self, JSONKey(text: UnsafeRawBufferPointer(plain(range))))
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
        let quoted = try quoted()
        guard quoted.isEscaped else { return String(decoding: plain(quoted.range), as: UTF8.self) }
        return String(decoding: try unescaped(quoted.range), as: UTF8.self)
    }

    /// Reads a string without keeping it.
    ///
    /// - Parameter body: gets its bytes, escapes as they stand.
    /// - Returns: what the body does.
    /// - Throws: ``JSONError``, where there is no string.
    package mutating func quotedText<Value>(_ body: (UnsafeBufferPointer<UInt8>) -> Value) throws(JSONError) -> Value {
        body(plain(try quoted().range))
    }

    /// Reads a string's bytes, UTF-8.
    package mutating func data() throws(JSONError) -> Data {
        let quoted = try quoted()
        guard quoted.isEscaped else { return Data(buffer: plain(quoted.range)) }
        // Written where it stays. No escape is shorter than what it stands for.
        let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: quoted.range.count)
        let buffer = UnsafeMutableBufferPointer(start: bytes, count: quoted.range.count)
        do throws(JSONError) {
            return Data(bytesNoCopy: bytes, count: try unescape(quoted.range, into: buffer), deallocator: .free)
        } catch {
            bytes.deallocate()
            throw error
        }
    }

    /// Reads a whole number.
    package mutating func integer() throws(JSONError) -> Int {
        let start = try valueStart()
        try skip()
        // Nothing longer than this can overflow.
        if place - start <= 18, text[start..<place].allSatisfy({ 0x30...0x39 ~= $0 }) {
            return text[start..<place].reduce(0) { $0 * 10 + Int($1 - 0x30) }
        }
        guard let value = Int(String(decoding: text[start..<place], as: UTF8.self)) else { throw JSONError(at: start) }
        return value
    }

    /// Steps over a null.
    ///
    /// - Returns: whether there was one; nothing is read otherwise.
    package mutating func null() -> Bool {
        skipSpace()
        guard text.count - place >= 4, text[place] == UInt8(ascii: "n"), text[place + 1] == UInt8(ascii: "u"),
            text[place + 2] == UInt8(ascii: "l"), text[place + 3] == UInt8(ascii: "l")
        else { return false }
        place += 4
        return true
    }

    /// Reads any value as it stands in the text.
    package mutating func raw() throws(JSONError) -> Data { Data(buffer: plain(try rawRange())) }

    /// Steps over any value.
    ///
    /// - Returns: where it stands in the text.
    mutating func rawRange() throws(JSONError) -> Range<Int> {
        let start = try valueStart()
        try skip()
        return start..<place
    }

    /// Steps over any value.
    package mutating func skip() throws(JSONError) {
        switch text[try valueStart()] {
        case UInt8(ascii: "{"): try object { reader, _ throws(JSONError) in try reader.skip() }
        case UInt8(ascii: "["): try array { reader throws(JSONError) in try reader.skip() }
        case UInt8(ascii: "\""): _ = try quoted()
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

    mutating func valueStart() throws(JSONError) -> Int {
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

    func plain(_ range: Range<Int>) -> UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(rebasing: text[range]) }

    mutating func quoted() throws(JSONError) -> Quoted {
        try expect("\"")
        let start = place
        var isEscaped = false
        while true {
            place = plainEnd(from: place)
            guard place < text.count else { throw JSONError(at: place) }
            switch text[place] {
            case UInt8(ascii: "\""):
                place += 1
                return Quoted(range: start..<(place - 1), isEscaped: isEscaped)
            case UInt8(ascii: "\\"):
                isEscaped = true
                place += 2
            default: throw JSONError(at: place)
            }
        }
    }

    /// Where the first quote, backslash or control character is, or the end: eight bytes at a time.
    ///
    /// Source: "Determine if a word has a byte less than n", Bit Twiddling Hacks; its lowest hit is always a true one.
    private func plainEnd(from start: Int) -> Int {
        let (ones, highBits): (UInt64, UInt64) = (0x0101_0101_0101_0101, 0x8080_8080_8080_8080)
        let bytes = UnsafeRawBufferPointer(text)
        var place = start
        while place + 8 <= bytes.count {
            let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self))
            let (quotes, backslashes) = (word ^ (ones &* 0x22), word ^ (ones &* 0x5C))
            let hits =
                ((quotes &- ones) & ~quotes | (backslashes &- ones) & ~backslashes | (word &- ones &* 0x20) & ~word)
                & highBits
            guard hits == 0 else { return place + hits.trailingZeroBitCount / 8 }
            place += 8
        }
        while place < bytes.count, bytes[place] >= 0x20, bytes[place] != 0x22, bytes[place] != 0x5C { place += 1 }
        return place
    }
}
