import Pipeline

/// A file of text, told by its bytes.
struct Document: Codable, Equatable {
    enum Encoding: String, Codable { case utf8, utf16, latin1 }

    let byteCount: Int64
    let encoding: Encoding

    /// Looks at a file's beginning.
    ///
    /// - Returns: nil where it is no text.
    /// - Throws: reject, where it is text under the name of a medium; the source's fault.
    init?(of bytes: any ByteSource, named name: String) async throws(Fault) {
        byteCount = bytes.byteCount
        let head = try await bytes.read(at: 0, count: DocumentLimits.head)
        let isWhole = Int64(head.count) == bytes.byteCount
        guard let encoding = Self.encoding(of: head, isWhole: isWhole, named: name) else { return nil }
        self.encoding = encoding
        let suffix = Self.suffix(of: name)
        guard !Self.mediaSuffixes.contains(suffix) else {
            throw .reject("probe", "the file is named .\(suffix), but holds plain text")
        }
    }

    private static func encoding(of head: [UInt8], isWhole: Bool, named name: String) -> Encoding? {
        if head.starts(with: [0xFF, 0xFE]) || head.starts(with: [0xFE, 0xFF]) { return .utf16 }
        guard !head.contains(where: isControl) else { return nil }
        if isUTF8(head, isWhole: isWhole) { return .utf8 }
        return textSuffixes.contains(suffix(of: name)) ? .latin1 : nil
    }

    /// Bytes that no text has: all controls but tab, line feed, form feed, carriage return and escape.
    private static func isControl(_ byte: UInt8) -> Bool {
        byte < 0x20 && ![0x09, 0x0A, 0x0C, 0x0D, 0x1B].contains(byte)
    }

    /// The last character may be cut where the file goes on.
    private static func isUTF8(_ bytes: [UInt8], isWhole: Bool) -> Bool {
        let cuts = isWhole ? 0...0 : 0...3
        return cuts.contains { String(validating: bytes.dropLast($0), as: UTF8.self) != nil }
    }

    private static func suffix(of name: String) -> String {
        guard let dot = name.lastIndex(of: "."), !name[dot...].contains("/") else { return "" }
        return name[dot...].dropFirst().lowercased()
    }

    private static let textSuffixes: Set<String> = ["txt", "text", "md", "markdown", "html", "htm", "csv", "srt"]
    private static let mediaSuffixes: Set<String> = [
        "mp4", "m4v", "mov", "mkv", "webm", "avi", "mpg", "mpeg", "ts", "flv", "wmv", "3gp", "mp3", "m4a", "aac", "wav",
        "flac", "ogg", "opus", "aiff", "wma", "jpg", "jpeg", "png", "gif", "webp", "tif", "tiff", "bmp", "heic", "avif",
        "pdf",
    ]
}

/// Bounds on telling a document.
enum DocumentLimits {
    /// Bytes looked at.
    static let head = 65_536
}
