import Pipeline

/// Text that stands between tags or in quoted attributes.
enum HTMLText {
    private static let references: [Unicode.Scalar: String] = [
        "&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": "&quot;", "'": "&#39;",
    ]

    static func escaped(_ text: String) -> String { text.escaped(references) }

    /// Text in which « and » stand around what matched.
    static func marked(_ text: String) -> String {
        var marked = ""
        var isOpen = false
        for scalar in escaped(text).unicodeScalars {
            switch (scalar, isOpen) {
            case ("«", false): marked += "<mark>"
            case ("»", true): marked += "</mark>"
            default:
                marked.unicodeScalars.append(scalar)
                continue
            }
            isOpen.toggle()
        }
        return marked + (isOpen ? "</mark>" : "")
    }
}
