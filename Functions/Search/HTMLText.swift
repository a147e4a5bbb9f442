/// Text that stands between tags or in quoted attributes.
enum HTMLText {
    static func escaped(_ text: some StringProtocol) -> String {
        var escaped = ""
        for character in text {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.append(character)
            }
        }
        return escaped
    }

    /// Text in which « and » stand around what matched.
    static func marked(_ text: String) -> String {
        var marked = ""
        var isOpen = false
        for character in text {
            switch (character, isOpen) {
            case ("«", false): marked += "<mark>"
            case ("»", true): marked += "</mark>"
            default:
                marked += escaped(String(character))
                continue
            }
            isOpen.toggle()
        }
        return marked + (isOpen ? "</mark>" : "")
    }
}
