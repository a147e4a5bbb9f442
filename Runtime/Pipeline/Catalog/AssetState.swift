/// How far an asset's current generation has come.
package enum AssetState: String, Codable, Sendable {
    case processing
    /// Every run has ended well.
    case complete
    /// Some runs have failed; what the others found is there.
    case partial
    /// Nothing could be found: the reason says why.
    case failed
    /// The object was deleted.
    case removed
}
