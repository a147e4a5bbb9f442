import CLibXML2

/// Takes a page's text while libxml2 parses it. No tree is built: memory follows the text, not the tags.
final class HTMLReader {
    /// Elements within each other. For every end tag that fits none, libxml2 looks through all that are open.
    private static let depthLimit = 20_000
    private static let hidden: Set<String> = ["script", "style", "noscript", "template", "head", "svg"]
    private static let blocks: Set<String> = [
        "address", "article", "aside", "blockquote", "body", "br", "dd", "div", "dl", "dt", "fieldset", "figcaption",
        "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p",
        "pre", "section", "table", "td", "th", "tr", "ul",
    ]

    private(set) var paragraphs: [String] = []
    /// Whether the page nests deeper than is read.
    private(set) var isCut = false
    private var current = ""
    private var depth = 0
    private var hiddenDepth = 0
    private var parser: htmlParserCtxtPtr?

    /// Reads a page, once.
    ///
    /// - Parameters:
    ///   - content: the page's bytes.
    ///   - isUTF8: whatever the page says; else what it says itself.
    func read(_ content: ArraySlice<UInt8>, isUTF8: Bool) {
        guard let parser = htmlNewParserCtxt() else { return }
        defer { htmlFreeParserCtxt(parser) }
        self.parser = parser
        var handler = htmlSAXHandler()
        handler.startElement = { reader, name, _ in HTMLReader.from(reader).open(name) }
        handler.endElement = { reader, name in HTMLReader.from(reader).close(name) }
        handler.characters = { reader, text, count in HTMLReader.from(reader).add(text, count) }
        handler.ignorableWhitespace = { reader, text, count in HTMLReader.from(reader).add(text, count) }
        parser.pointee.sax.pointee = handler
        parser.pointee.userData = Unmanaged.passUnretained(self).toOpaque()
        let options = HTML_PARSE_RECOVER.rawValue | HTML_PARSE_NOERROR.rawValue | HTML_PARSE_NOWARNING.rawValue
        content.withUnsafeBytes { bytes in
            let document = htmlCtxtReadMemory(
                parser,
                bytes.bindMemory(to: CChar.self).baseAddress,
                Int32(bytes.count),
                nil,
                isUTF8 ? "UTF-8" : nil,
                Int32(options | HTML_PARSE_NONET.rawValue)
            )
            xmlFreeDoc(document)
        }
        self.parser = nil
        flush()
    }

    private static func from(_ opaque: UnsafeMutableRawPointer?) -> HTMLReader {
        guard let opaque else { preconditionFailure("a callback without its reader") }
        return Unmanaged<HTMLReader>.fromOpaque(opaque).takeUnretainedValue()
    }

    private func open(_ name: UnsafePointer<xmlChar>?) {
        depth += 1
        if depth > Self.depthLimit, let parser {
            isCut = true
            xmlStopParser(parser)
        }
        let name = Self.name(name)
        if Self.hidden.contains(name) { hiddenDepth += 1 }
        if Self.blocks.contains(name) { flush() }
    }

    private func close(_ name: UnsafePointer<xmlChar>?) {
        depth -= 1
        let name = Self.name(name)
        if Self.hidden.contains(name) { hiddenDepth -= 1 }
        if Self.blocks.contains(name) { flush() }
    }

    private func add(_ text: UnsafePointer<xmlChar>?, _ count: Int32) {
        guard hiddenDepth == 0 else { return }
        current += String(decoding: UnsafeBufferPointer(start: text, count: Int(count)), as: UTF8.self)
    }

    private func flush() {
        let words = current.split(whereSeparator: \.isWhitespace)
        if !words.isEmpty { paragraphs.append(words.joined(separator: " ")) }
        current = ""
    }

    private static func name(_ characters: UnsafePointer<xmlChar>?) -> String {
        characters.map { String(cString: $0).lowercased() } ?? ""
    }
}
