/// Text between two breaks, and the page that it stands on.
struct Paragraph: Equatable {
    let text: String
    /// From 1; nil where the document has no pages.
    var page: Int?
}
