/// The text of an HTML page as a reader sees it.
struct HTMLText {
    /// In their order, none of them empty.
    let paragraphs: [String]
    /// Whether its elements lie deeper in each other than is read.
    let isCut: Bool

    /// Reads a page; the parser mends what is broken, and fetches nothing.
    ///
    /// - Parameters:
    ///   - content: the page's bytes.
    ///   - isUTF8: whatever the page says; else what it says itself.
    init(of content: ArraySlice<UInt8>, isUTF8: Bool = true) {
        let reader = HTMLReader()
        reader.read(content, isUTF8: isUTF8)
        paragraphs = reader.paragraphs
        isCut = reader.isCut
    }
}
