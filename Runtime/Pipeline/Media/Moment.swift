/// A stretch of an asset and what is in it.
package struct Moment: Hashable, Codable, Sendable {
    package let kind: MomentKind
    /// From the asset's start; pictures and documents have no time: both ends are 0.
    package let startMilliseconds: Int
    package let endMilliseconds: Int
    /// Empty for shots.
    package let text: String
    package let words: [TimedWord]
    /// Where on the picture; nil where it is everywhere or nowhere.
    package let box: Box?
    /// Of a document, from 1; nil where it has no pages.
    package let page: Int?
    /// 0 to 1; nil where the source gives none.
    package let confidence: Double?

    package init(
        kind: MomentKind,
        startMilliseconds: Int = 0,
        endMilliseconds: Int = 0,
        text: String = "",
        words: [TimedWord] = [],
        box: Box? = nil,
        page: Int? = nil,
        confidence: Double? = nil
    ) {
        self.kind = kind
        self.startMilliseconds = startMilliseconds
        self.endMilliseconds = endMilliseconds
        self.text = text
        self.words = words
        self.box = box
        self.page = page
        self.confidence = confidence
    }
}
