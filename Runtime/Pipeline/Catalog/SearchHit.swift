/// One answer: a moment, or an asset that its name has found, and how well it fits.
package struct SearchHit: Hashable, Codable, Sendable {
    package let asset: AssetID
    /// The object's key.
    package let name: String
    package let media: MediaKind?
    /// The moment's; name where it is the asset as a whole, both ends 0 and the text empty.
    package let kind: MomentKind
    package let startMilliseconds: Int
    package let endMilliseconds: Int
    /// Of a document, from 1; nil where it has no pages.
    package let page: Int?
    /// The moment's text, the query's words between « and ».
    package let text: String
    /// Sum of 1 / (60 + rank) over the rankings it stands in (Cormack et al., "Reciprocal rank fusion", 2009).
    package let score: Double
    /// Cosine distance to the query; nil where words or the name alone have found it, and no vector of it is near enough.
    package let distance: Double?
    /// Assets with the same bytes, the oldest first.
    package let copies: [AssetID]

    package init(
        asset: AssetID,
        name: String,
        media: MediaKind?,
        kind: MomentKind,
        startMilliseconds: Int,
        endMilliseconds: Int,
        page: Int? = nil,
        text: String,
        score: Double,
        distance: Double?,
        copies: [AssetID]
    ) {
        self.asset = asset
        self.name = name
        self.media = media
        self.kind = kind
        self.startMilliseconds = startMilliseconds
        self.endMilliseconds = endMilliseconds
        self.page = page
        self.text = text
        self.score = score
        self.distance = distance
        self.copies = copies
    }
}
