import CLibXML2

/// The text of an HTML page as a reader sees it.
enum HTMLText {
    private static let hidden: Set<String> = ["script", "style", "noscript", "template", "head", "svg"]
    private static let blocks: Set<String> = [
        "address", "article", "aside", "blockquote", "body", "br", "dd", "div", "dl", "dt", "fieldset", "figcaption",
        "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p",
        "pre", "section", "table", "td", "th", "tr", "ul",
    ]

    /// Reads a page; the parser mends what is broken, and fetches nothing.
    ///
    /// - Parameters:
    ///   - content: the page's bytes.
    ///   - isUTF8: whatever the page says; else what it says itself.
    /// - Returns: paragraphs in their order, none of them empty.
    static func paragraphs(of content: [UInt8], isUTF8: Bool = true) -> [String] {
        let options = HTML_PARSE_RECOVER.rawValue | HTML_PARSE_NOERROR.rawValue | HTML_PARSE_NOWARNING.rawValue
        let document = content.withUnsafeBytes { bytes in
            htmlReadMemory(
                bytes.bindMemory(to: CChar.self).baseAddress,
                Int32(bytes.count),
                nil,
                isUTF8 ? "UTF-8" : nil,
                Int32(options | HTML_PARSE_NONET.rawValue)
            )
        }
        guard let document else { return [] }
        defer { xmlFreeDoc(document) }
        var paragraphs: [String] = []
        var current = ""
        walk(xmlDocGetRootElement(document), &current, &paragraphs)
        flush(&current, &paragraphs)
        return paragraphs
    }

    /// Depth first and without recursion: a page may nest as deep as it likes.
    private static func walk(_ root: xmlNodePtr?, _ current: inout String, _ paragraphs: inout [String]) {
        var next = root
        while let node = next {
            let name = node.pointee.name.map { String(cString: $0).lowercased() } ?? ""
            let isBlock = node.pointee.type == XML_ELEMENT_NODE && blocks.contains(name)
            if isBlock { flush(&current, &paragraphs) }
            if node.pointee.type == XML_TEXT_NODE, let text = node.pointee.content { current += String(cString: text) }
            if let child = node.pointee.children, !hidden.contains(name) {
                next = child
            } else {
                next = following(node, &current, &paragraphs)
            }
        }
    }

    /// The next node that is no child; blocks that end on the way to it end their paragraphs.
    private static func following(
        _ node: xmlNodePtr,
        _ current: inout String,
        _ paragraphs: inout [String]
    ) -> xmlNodePtr? {
        var node = node
        while true {
            if let name = node.pointee.name, blocks.contains(String(cString: name).lowercased()) {
                flush(&current, &paragraphs)
            }
            if let sibling = node.pointee.next { return sibling }
            guard let parent = node.pointee.parent, parent.pointee.type == XML_ELEMENT_NODE else { return nil }
            node = parent
        }
    }

    private static func flush(_ current: inout String, _ paragraphs: inout [String]) {
        let words = current.split(whereSeparator: \.isWhitespace)
        if !words.isEmpty { paragraphs.append(words.joined(separator: " ")) }
        current = ""
    }
}
