internal import Pipeline

/// The grammar of AWS's shared files: sections in brackets, each with names and values.
///
/// Source: "Shared config and credentials files", AWS SDKs and tools reference guide.
enum SharedFile {
    /// Reads a file.
    ///
    /// - Parameters:
    ///   - text: what the file holds.
    ///   - name: of the file, for the fault.
    /// - Returns: values by their names in lower case, by their sections; what is there twice counts as written last.
    /// - Throws: reject, with the line's number; never with what is in it.
    static func sections(_ text: String, name: String) throws(Fault) -> [String: [String: String]] {
        var sections: [String: [String: String]] = [:]
        var section: String?
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (index, line) in lines.enumerated() {
            let content = trimmed(line)
            guard let first = content.first, first != "#", first != ";" else { continue }
            if first == "[", line.first == "[" {
                guard let end = content.firstIndex(of: "]") else { throw fault(name, index) }
                let title = words(content[content.index(after: content.startIndex)..<end])
                section = title
                sections[title] = sections[title] ?? [:]
                continue
            }
            guard let section else { throw fault(name, index) }
            // An indented line goes on with the value before it; nothing that is read here has more than one line.
            if line.first?.isWhitespace == true, sections[section]?.isEmpty == false { continue }
            guard let equals = content.firstIndex(of: "="), equals > content.startIndex, line.first == first else {
                throw fault(name, index)
            }
            let value = withoutComment(content[content.index(after: equals)...])
            sections[section]?[trimmed(content[..<equals]).lowercased()] = String(trimmed(value))
        }
        return sections
    }

    private static func fault(_ name: String, _ index: Int) -> Fault {
        .reject(LocalAgent.operation, "line \(index + 1) is no section, no comment and no name = value: \(name)")
    }

    /// A section's words with one space between them.
    private static func words(_ text: Substring) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    /// A comment after a value begins at white space.
    private static func withoutComment(_ value: Substring) -> Substring {
        var isAfterSpace = false
        for index in value.indices {
            if isAfterSpace, value[index] == "#" || value[index] == ";" { return value[..<index] }
            isAfterSpace = value[index].isWhitespace
        }
        return value
    }

    private static func trimmed(_ text: Substring) -> Substring {
        let start = text.drop(while: \.isWhitespace)
        let end = start.lastIndex { !$0.isWhitespace }
        return end.map { start[...$0] } ?? start
    }
}
