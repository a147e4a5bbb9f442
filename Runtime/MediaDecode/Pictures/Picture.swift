package import Pipeline

/// A still picture with what its file says of it.
package struct Picture: Sendable {
    /// Upright.
    package let image: RGBImage
    /// EXIF and comments, by libavcodec's names: "Make", "DateTime", "Orientation".
    package let tags: [String: String]
    /// Whether some of it could not be decoded.
    var isDamaged = false
    /// Of its file; this is the first.
    var pageCount = 1

    /// What a person should know of it; nil where it is whole, and all that its file holds.
    package var note: String? {
        let notes = [
            isDamaged ? "the picture is cut short or damaged: some of it could not be decoded" : nil,
            pageCount > 1 ? "only the first of the file's \(pageCount) pages was read" : nil,
        ].compactMap { $0 }
        return notes.isEmpty ? nil : notes.joined(separator: "; ")
    }
}
