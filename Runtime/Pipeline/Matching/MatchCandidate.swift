/// An asset that may repeat another: some fingerprints are near.
package struct MatchCandidate: Hashable, Codable, Sendable {
    package let asset: AssetID
    /// Of its fingerprints.
    package let generation: Int
    /// Sum over the fingerprints that were near one of the asset's, each divided by the assets that it is near to.
    package let score: Double

    package init(asset: AssetID, generation: Int, score: Double) {
        self.asset = asset
        self.generation = generation
        self.score = score
    }
}
