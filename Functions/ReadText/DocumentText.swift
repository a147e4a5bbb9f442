import DocumentDecode
import Pipeline

/// The text of a document that is text itself: plain, Markdown or HTML.
enum DocumentText {
    /// A larger document is refused.
    static let byteLimit: Int64 = 32 << 20
    /// Moments that one document may become; what comes behind them is not read.
    static let chunkLimit = 20_000

    /// Reads plain text, Markdown and HTML in whatever encoding.
    ///
    /// - Returns: paragraphs in their order, none of them empty.
    /// - Throws: reject, where the document is too large; the source's fault.
    static func paragraphs(of bytes: any ByteSource, named name: String) async throws(Fault) -> [Paragraph] {
        guard bytes.byteCount <= byteLimit else {
            throw .reject("readtext", "a document of \(bytes.byteCount) bytes; at most \(byteLimit) are read")
        }
        let content = try await bytes.read(at: 0, count: Int(bytes.byteCount))
        let encoding = TextEncoding.detect(content, isWhole: true) ?? .western
        let text = encoding.text(content)
        let paragraphs: [String]
        if DocumentFormat.isHTML(text, named: name) {
            // A page in bytes that are no Unicode may name its encoding, which is better than a guess.
            let isNamed = !encoding.name.hasPrefix("UTF") && declaresCharset(content)
            paragraphs = HTMLText.paragraphs(of: isNamed ? content : Array(text.utf8), isUTF8: !isNamed)
        } else {
            paragraphs = self.paragraphs(of: text)
        }
        return paragraphs.map { Paragraph(text: $0) }
    }

    /// Blank lines part paragraphs; marks of Markdown are left out.
    static func paragraphs(of text: String) -> [String] {
        var paragraphs: [String] = []
        var current: [Substring] = []
        let lines: [Substring] = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) + [""]
        for line in lines {
            let content = line.drop { $0.isWhitespace || "#>*-=_`\u{FEFF}".contains($0) }
            guard content.isEmpty else {
                current.append(content)
                continue
            }
            if !current.isEmpty { paragraphs.append(current.joined(separator: " ")) }
            current = []
        }
        return paragraphs
    }

    private static func declaresCharset(_ content: [UInt8]) -> Bool {
        String(decoding: content.prefix(2048), as: UTF8.self).lowercased().contains("charset")
    }
}
