import DocumentDecode
import Pipeline

/// The text of a document that is text itself: plain, Markdown or HTML.
struct DocumentText {
    /// A larger document is refused.
    static let byteLimit: Int64 = 32 << 20
    /// Moments that one document may become; what comes behind them is not read.
    static let chunkLimit = 20_000
    /// Of a page of HTML; what comes behind is not read. No page for people is as long.
    static let pageByteLimit = 8 << 20

    /// In their order, none of them empty.
    let paragraphs: [Paragraph]
    /// Whether there was more than is read.
    let isCut: Bool

    /// Reads plain text, Markdown and HTML in whatever encoding.
    ///
    /// - Parameters:
    ///   - bytes: the document.
    ///   - name: of its file.
    /// - Throws: reject, where the document is too large; the source's fault.
    init(of bytes: any ByteSource, named name: String) async throws(Fault) {
        guard bytes.byteCount <= Self.byteLimit else {
            throw .reject("readtext", "a document of \(bytes.byteCount) bytes; at most \(Self.byteLimit) are read")
        }
        let content = try await bytes.read(at: 0, count: Int(bytes.byteCount))
        let encoding = TextEncoding.detect(content, isWhole: true) ?? .western
        let text = encoding.text(content)
        guard DocumentFormat.isHTML(text, named: name) else {
            paragraphs = Self.paragraphs(of: text).map { Paragraph(text: $0) }
            isCut = false
            return
        }
        // A page in bytes that are no Unicode may name its encoding, which is better than a guess.
        let isNamed = !encoding.name.hasPrefix("UTF") && Self.declaresCharset(content)
        let page = isNamed ? content : Array(text.utf8)
        let read = HTMLText(of: page.prefix(Self.pageByteLimit), isUTF8: !isNamed)
        paragraphs = read.paragraphs.map { Paragraph(text: $0) }
        isCut = read.isCut || page.count > Self.pageByteLimit
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
