/// What Probe found out about an asset's bytes.
package struct AssetFacts: Hashable, Codable, Sendable {
    package let kind: MediaKind
    /// nil for pictures and documents.
    package let durationMilliseconds: Int?
    /// A JSON object with all that the container and its streams say.
    package let details: String

    package init(kind: MediaKind, durationMilliseconds: Int?, details: String) {
        self.kind = kind
        self.durationMilliseconds = durationMilliseconds
        self.details = details
    }
}
