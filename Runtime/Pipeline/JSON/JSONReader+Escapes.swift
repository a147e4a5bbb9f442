/// Strings with escapes.
extension JSONReader {
    func unescaped(_ range: Range<Int>) throws(JSONError) -> [UInt8] {
        var error: JSONError?
        // No escape is shorter than what it stands for.
        let bytes = [UInt8](unsafeUninitializedCapacity: range.count) { buffer, count in
            do throws(JSONError) { count = try unescape(range, into: buffer) } catch let found { error = found }
        }
        if let error { throw error }
        return bytes
    }

    func unescape(
        _ range: Range<Int>,
        into buffer: UnsafeMutableBufferPointer<UInt8>
    ) throws(JSONError) -> Int {
        var (place, count) = (range.lowerBound, 0)
        while place < range.upperBound {
            let byte = text[place]
            guard byte == UInt8(ascii: "\\") else {
                buffer[count] = byte
                (place, count) = (place + 1, count + 1)
                continue
            }
            switch text[place + 1] {
            case UInt8(ascii: "u"):
                for byte in try scalar(at: &place, before: range.upperBound) {
                    buffer[count] = byte
                    count += 1
                }
                continue
            case UInt8(ascii: "n"): buffer[count] = 0x0A
            case UInt8(ascii: "t"): buffer[count] = 0x09
            case UInt8(ascii: "r"): buffer[count] = 0x0D
            case UInt8(ascii: "b"): buffer[count] = 0x08
            case UInt8(ascii: "f"): buffer[count] = 0x0C
            case let byte where byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == UInt8(ascii: "/"):
                buffer[count] = byte
            default: throw JSONError(at: place)
            }
            (place, count) = (place + 2, count + 1)
        }
        return count
    }

    /// `\uXXXX`, and the second half of a pair; a half that stands alone becomes U+FFFD.
    private func scalar(at place: inout Int, before end: Int) throws(JSONError) -> String.UTF8View {
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
        return String(Character(Unicode.Scalar(value) ?? "\u{FFFD}")).utf8
    }

    private func codeUnit(at place: Int, before end: Int) throws(JSONError) -> UInt16 {
        // A number in Swift may have a sign.
        guard place + 6 <= end, text[place + 2] != UInt8(ascii: "+"), text[place + 2] != UInt8(ascii: "-"),
            let unit = UInt16(String(decoding: text[place + 2..<place + 6], as: UTF8.self), radix: 16)
        else { throw JSONError(at: place) }
        return unit
    }
}
