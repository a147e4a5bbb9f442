/// What a document is, by its bytes.
package enum DocumentFormat: String, Codable, Sendable {
    case pdf, html, text

    /// A PDF may have other bytes before its header (ISO 32000-1, Annex H, 3.4.1).
    private static let pdfHeaderReach = 1024

    package static func isPDF(_ head: [UInt8]) -> Bool {
        let head = head.prefix(pdfHeaderReach)
        let header = Array("%PDF-".utf8)
        guard head.count >= header.count else { return false }
        return (0...head.count - header.count).contains { head[$0..<$0 + header.count].elementsEqual(header) }
    }

    /// Whether a text is a page of HTML.
    ///
    /// - Parameters:
    ///   - text: its beginning.
    ///   - name: of the file.
    /// - Returns: true where its first tag or the name says so.
    package static func isHTML(_ text: some StringProtocol, named name: String) -> Bool {
        let suffix = name.lowercased().split(separator: ".").last
        if suffix == "html" || suffix == "htm" || suffix == "xhtml" { return true }
        let head = text.prefix(256).lowercased().drop { $0.isWhitespace || $0 == "\u{FEFF}" }
        return head.hasPrefix("<!doctype html") || head.hasPrefix("<html")
    }
}
