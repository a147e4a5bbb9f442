import CUchardet

/// How a text's characters are written as bytes: told by its marks and its bytes, turned into Unicode by iconv.
package struct TextEncoding: Hashable, Sendable {
    /// As iconv knows it: "UTF-8", "UTF-16LE", "WINDOWS-1252", "SHIFT_JIS".
    package let name: String
    /// Bytes of a byte order mark before the text.
    let markByteCount: Int

    package static let utf8 = TextEncoding(name: "UTF-8", markByteCount: 0)
    /// What bytes most often are where nothing else is known of them.
    package static let western = TextEncoding(name: "WINDOWS-1252", markByteCount: 0)

    /// Bytes that the detector looks at.
    package static let lookByteCount = 65_536
    /// With fewer bytes beyond ASCII, a guess at an encoding is no better than chance.
    private static let fewestForeignBytes = 8
    /// A character cut by the end of the look has at most so many bytes.
    private static let longestCut = 3
    /// Zeros that may end a text.
    private static let paddingByteCount = 8
    /// What stands before the first byte beyond ASCII, where that is not at the beginning, so that words are whole.
    private static let contextByteCount = 64

    private static let marks: [(bytes: [UInt8], name: String)] = [
        ([0xEF, 0xBB, 0xBF], "UTF-8"), ([0xFF, 0xFE, 0, 0], "UTF-32LE"), ([0, 0, 0xFE, 0xFF], "UTF-32BE"),
        ([0xFF, 0xFE], "UTF-16LE"), ([0xFE, 0xFF], "UTF-16BE"),
    ]

    /// Tells the encoding of a text by its beginning.
    ///
    /// - Parameters:
    ///   - bytes: the first so many of the file.
    ///   - isWhole: whether the file ends with them.
    /// - Returns: nil where they are no text, or too few to tell.
    package static func detect(_ bytes: [UInt8], isWhole: Bool) -> TextEncoding? {
        let head = bytes.prefix(lookByteCount)
        let isLookWhole = isWhole && head.count == bytes.count
        for mark in marks where head.starts(with: mark.bytes) {
            let marked = TextEncoding(name: mark.name, markByteCount: mark.bytes.count)
            // Nothing else begins with UTF-8's mark, and a table of numbers has few letters.
            let isSure = mark.name == "UTF-8"
            return marked.reads(head, isWhole: isLookWhole, isSure: isSure) ? marked : nil
        }
        let text = isLookWhole ? withoutPadding(head) : head
        guard !text.contains(where: isControl) else {
            return unmarkedUTF16(head).flatMap { $0.reads(head, isWhole: isLookWhole) ? $0 : nil }
        }
        guard !text.isEmpty || head.isEmpty else { return nil }
        guard let foreign = foreignPart(of: bytes, behind: head) else { return unmarked(text, isWhole: isLookWhole) }
        return unmarked(foreign, isWhole: isWhole && foreign.endIndex == bytes.endIndex)
    }

    /// Tells the encoding of a text without a mark and without controls.
    private static func unmarked(_ text: ArraySlice<UInt8>, isWhole: Bool) -> TextEncoding? {
        if isUTF8(text, isWhole: isWhole), !isSevenBitJapanese(text) { return utf8 }
        guard isSevenBitJapanese(text) || text.count(where: { $0 >= 0x80 }) >= fewestForeignBytes else { return nil }
        guard let guess = guess(text), guess.reads(text, isWhole: isWhole) else { return nil }
        return guess
    }

    /// The first piece of a text that tells more than ASCII does; nil where its beginning tells it, or nothing.
    private static func foreignPart(of bytes: [UInt8], behind head: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard head.allSatisfy({ $0 < 0x80 }), !isSevenBitJapanese(head),
            let first = bytes[head.endIndex...].firstIndex(where: { $0 >= 0x80 })
        else { return nil }
        return bytes[(first - contextByteCount)...].prefix(lookByteCount)
    }

    /// Whether bytes may be text of one byte a character: they hold none that no text has.
    package static func mayBeWestern(_ bytes: [UInt8]) -> Bool {
        !withoutPadding(bytes.prefix(lookByteCount)).contains(where: isControl)
    }

    /// The text; what can't be read becomes U+FFFD. Zeros, which no catalog takes, are left out.
    package func text(_ bytes: [UInt8]) -> String {
        var utf8 = bytes.dropFirst(markByteCount)
        if name != "UTF-8", let converter = Iconv(from: name) {
            utf8 = converter.convert(utf8, isStrict: false)?.utf8[...] ?? []
        }
        if utf8.contains(0) { utf8.removeAll { $0 == 0 } }
        return String(decoding: utf8, as: UTF8.self)
    }

    /// Whether the bytes are a text in this encoding, as far as can be told.
    private func reads(_ head: ArraySlice<UInt8>, isWhole: Bool, isSure: Bool = false) -> Bool {
        guard let converter = Iconv(from: name) else { return false }
        let body = head.dropFirst(markByteCount)
        guard let (utf8, rest) = converter.convert(body, isStrict: true), rest <= (isWhole ? 0 : Self.longestCut) else {
            return false
        }
        return isSure || Self.isPlausible(String(decoding: utf8, as: UTF8.self))
    }

    /// Mostly letters, digits and spaces; no characters that nobody writes.
    private static func isPlausible(_ text: String) -> Bool {
        var (plain, all) = (0, 0)
        for scalar in text.unicodeScalars {
            all += 1
            switch scalar.properties.generalCategory {
            case .control: if !"\t\n\u{0B}\u{0C}\r\u{1A}\u{1B}\u{85}".unicodeScalars.contains(scalar) { return false }
            case .unassigned, .privateUse, .surrogate: return false
            case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .otherLetter, .modifierLetter, .nonspacingMark,
                .spacingMark, .decimalNumber, .spaceSeparator:
                plain += 1
            default: break
            }
            if scalar.properties.isWhitespace, scalar.properties.generalCategory == .control { plain += 1 }
        }
        return plain * 10 >= all * 6
    }

    /// Every second byte of western text in UTF-16 is 0.
    private static func unmarkedUTF16(_ head: ArraySlice<UInt8>) -> TextEncoding? {
        var zeros = [0, 0]
        for (index, byte) in head.enumerated() where byte == 0 { zeros[index % 2] += 1 }
        let most = head.count / 2
        guard most >= fewestForeignBytes, max(zeros[0], zeros[1]) * 10 >= most * 4, zeros.min() == 0 else { return nil }
        return TextEncoding(name: zeros[1] > zeros[0] ? "UTF-16LE" : "UTF-16BE", markByteCount: 0)
    }

    /// ISO-2022-JP is ASCII with escapes.
    private static func isSevenBitJapanese(_ head: ArraySlice<UInt8>) -> Bool {
        guard var place = head.firstIndex(of: 0x1B) else { return false }
        while place + 2 < head.endIndex {
            if head[place] == 0x1B, head[place + 1] == 0x24, [0x40, 0x42].contains(head[place + 2]) { return true }
            place += 1
        }
        return false
    }

    private static func guess(_ head: ArraySlice<UInt8>) -> TextEncoding? {
        guard let detector = uchardet_new() else { return nil }
        defer { uchardet_delete(detector) }
        let status = head.withUnsafeBytes {
            uchardet_handle_data(detector, $0.baseAddress?.assumingMemoryBound(to: CChar.self), $0.count)
        }
        guard status == 0 else { return nil }
        uchardet_data_end(detector)
        let name = String(cString: uchardet_get_charset(detector)).uppercased()
        return name.isEmpty ? nil : TextEncoding(name: name, markByteCount: 0)
    }

    /// Bytes that no text of one byte a character has: all controls but tab, line feed, vertical tab, form feed, carriage
    /// return, the end of a file in DOS and escape.
    private static func isControl(_ byte: UInt8) -> Bool {
        byte < 0x20 && ![0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x1A, 0x1B].contains(byte)
    }

    private static func withoutPadding(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        bytes.dropLast(bytes.suffix(paddingByteCount).reversed().prefix { $0 == 0 }.count)
    }

    /// The last character may be cut where the file goes on.
    private static func isUTF8(_ bytes: ArraySlice<UInt8>, isWhole: Bool) -> Bool {
        let cuts = isWhole ? 0...0 : 0...longestCut
        return cuts.contains { String(validating: bytes.dropLast($0), as: UTF8.self) != nil }
    }
}
