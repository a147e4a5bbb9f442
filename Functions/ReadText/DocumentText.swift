import Pipeline

/// The text of a document, in paragraphs.
enum DocumentText {
    /// A larger document is refused.
    static let byteLimit: Int64 = 32 << 20
    /// Moments that one document may become; what comes behind them is not read.
    static let paragraphCount = 20_000
    /// Characters of a paragraph; longer ones are split between sentences.
    static let paragraphLength = 800

    /// Reads plain text, Markdown and HTML.
    ///
    /// - Returns: paragraphs in their order, none of them empty.
    /// - Throws: reject, where the document is too large; the source's fault.
    static func paragraphs(of bytes: any ByteSource, named name: String) async throws(Fault) -> [String] {
        guard bytes.byteCount <= byteLimit else {
            throw .reject("readtext", "a document of \(bytes.byteCount) bytes; at most \(byteLimit) are read")
        }
        let content = try await bytes.read(at: 0, count: Int(bytes.byteCount))
        let isHTML = looksLikeHTML(content, named: name)
        let paragraphs = isHTML ? HTMLText.paragraphs(of: content) : paragraphs(of: decoded(content))
        return joined(paragraphs.flatMap(split))
    }

    /// Blank lines part paragraphs; marks of Markdown are left out.
    static func paragraphs(of text: String) -> [String] {
        var paragraphs: [String] = []
        var current: [Substring] = []
        let lines: [Substring] = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) + [""]
        for line in lines {
            let content = line.drop { $0.isWhitespace || "#>*-=_`".contains($0) }
            guard content.isEmpty else {
                current.append(content)
                continue
            }
            if !current.isEmpty { paragraphs.append(current.joined(separator: " ")) }
            current = []
        }
        return paragraphs
    }

    /// Splits a long paragraph behind sentences, or between words where a sentence is longer than a paragraph may be.
    static func split(_ paragraph: String) -> [String] {
        var parts: [String] = []
        var rest = paragraph[...]
        while true {
            let end = rest.index(rest.startIndex, offsetBy: paragraphLength, limitedBy: rest.endIndex) ?? rest.endIndex
            guard end < rest.endIndex else { break }
            let head = rest[..<end]
            let sentence = head.lastIndex { ".!?".contains($0) }.map { head.index(after: $0) }
            let cut = sentence ?? head.lastIndex { $0.isWhitespace } ?? head.endIndex
            parts.append(String(rest[..<cut]))
            rest = rest[cut...].drop(while: \.isWhitespace)
        }
        return rest.isEmpty ? parts : parts + [String(rest)]
    }

    /// Joins short paragraphs that follow each other, where there are more of them than a document may have moments.
    private static func joined(_ paragraphs: [String]) -> [String] {
        guard paragraphs.count > paragraphCount else { return paragraphs }
        var joined: [String] = []
        for paragraph in paragraphs {
            if let last = joined.last, last.utf8.count + paragraph.utf8.count < paragraphLength {
                joined[joined.count - 1] = "\(last) \(paragraph)"
            } else {
                joined.append(paragraph)
            }
        }
        return joined
    }

    private static func looksLikeHTML(_ content: [UInt8], named name: String) -> Bool {
        let suffix = name.lowercased().split(separator: ".").last
        if suffix == "html" || suffix == "htm" { return true }
        let head = String(decoding: content.prefix(256), as: UTF8.self).lowercased().drop(while: \.isWhitespace)
        return head.hasPrefix("<!doctype html") || head.hasPrefix("<html")
    }

    /// UTF-16 by its byte order mark, else UTF-8, else Latin-1.
    private static func decoded(_ content: [UInt8]) -> String {
        if content.starts(with: [0xFF, 0xFE]) || content.starts(with: [0xFE, 0xFF]) {
            let (low, high) = content[0] == 0xFF ? (0, 1) : (1, 0)
            let units = stride(from: 2, to: content.count - 1, by: 2).map { index in
                UInt16(content[index + low]) | UInt16(content[index + high]) << 8
            }
            return String(decoding: units, as: UTF16.self)
        }
        if let text = String(validating: content, as: UTF8.self) { return text }
        return String(String.UnicodeScalarView(content.map { Unicode.Scalar($0) }))
    }
}
