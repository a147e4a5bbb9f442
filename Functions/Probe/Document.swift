import DocumentDecode
import Pipeline

/// A file of text, told by its bytes.
struct Document: Codable, Equatable {
    let byteCount: Int64
    let format: DocumentFormat
    /// As iconv knows it; nil for a PDF, which says by itself how its texts are written.
    let encoding: String?

    /// Looks at a file's beginning.
    ///
    /// - Returns: nil where it is no document.
    /// - Throws: reject, where it is text under the name of a medium; the source's fault.
    init?(of bytes: any ByteSource, named name: String) async throws(Fault) {
        byteCount = bytes.byteCount
        let head = try await bytes.read(at: 0, count: TextEncoding.lookByteCount)
        guard !DocumentFormat.isPDF(head) else {
            (format, encoding) = (.pdf, nil)
            return
        }
        let isWhole = Int64(head.count) == bytes.byteCount
        let suffix = Self.suffix(of: name)
        let named = Self.textSuffixes.contains(suffix) && TextEncoding.mayBeWestern(head) ? TextEncoding.western : nil
        guard let told = TextEncoding.detect(head, isWhole: isWhole) ?? named else { return nil }
        guard !Self.mediaSuffixes.contains(suffix) else {
            throw .reject("probe", "the file is named .\(suffix), but holds plain text")
        }
        encoding = told.name
        format = DocumentFormat.isHTML(told.text(Array(head.prefix(1024))), named: name) ? .html : .text
    }

    private static func suffix(of name: String) -> String {
        guard let dot = name.lastIndex(of: "."), !name[dot...].contains("/") else { return "" }
        return name[dot...].dropFirst().lowercased()
    }

    private static let textSuffixes: Set<String> = [
        "txt", "text", "md", "markdown", "html", "htm", "csv", "srt", "vtt",
    ]
    private static let mediaSuffixes: Set<String> = [
        "mp4", "m4v", "mov", "mkv", "webm", "avi", "mpg", "mpeg", "ts", "flv", "wmv", "3gp", "mp3", "m4a", "aac", "wav",
        "flac", "ogg", "opus", "aiff", "wma", "jpg", "jpeg", "png", "gif", "webp", "tif", "tiff", "bmp", "heic", "avif",
        "pdf",
    ]
}
