/// An asset as the catalog knows it.
package struct Asset: Hashable, Codable, Sendable {
    package let id: AssetID
    /// The current generation.
    package let generation: Int
    /// The generation that people see; nil until one is published.
    package let publishedGeneration: Int?
    package let source: ObjectReference
    package let sequencer: Sequencer?
    package let state: AssetState
    /// Why it failed, or what is missing.
    package let reason: String?
    package let copyOf: AssetID?
    package let facts: AssetFacts?
    /// When the current generation's bytes came, in milliseconds since 1970; nil where it did not begin with an upload.
    package let uploadedMilliseconds: Int64?

    package init(
        id: AssetID,
        generation: Int,
        publishedGeneration: Int? = nil,
        source: ObjectReference,
        sequencer: Sequencer? = nil,
        state: AssetState,
        reason: String? = nil,
        copyOf: AssetID? = nil,
        facts: AssetFacts? = nil,
        uploadedMilliseconds: Int64? = nil
    ) {
        self.id = id
        self.generation = generation
        self.publishedGeneration = publishedGeneration
        self.source = source
        self.sequencer = sequencer
        self.state = state
        self.reason = reason
        self.copyOf = copyOf
        self.facts = facts
        self.uploadedMilliseconds = uploadedMilliseconds
    }
}
