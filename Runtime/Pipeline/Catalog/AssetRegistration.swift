/// A generation of an asset as it enters the catalog.
package struct AssetRegistration: Hashable, Codable, Sendable {
    package let asset: AssetID
    /// The asset's current generation plus one: where another run was faster, the commit is a retry.
    package let generation: Int
    package let source: ObjectReference
    package let versionID: String?
    package let sequencer: Sequencer?
    /// The asset with the same bytes whose record serves this one too: where it is no original any more, the commit is
    /// a retry.
    package let copyOf: AssetID?
    package let plan: Plan
    /// When its bytes came, in milliseconds since 1970; nil where it does not begin with an upload.
    package let uploadedMilliseconds: Int64?

    package init(
        asset: AssetID,
        generation: Int,
        source: ObjectReference,
        versionID: String? = nil,
        sequencer: Sequencer? = nil,
        copyOf: AssetID? = nil,
        plan: Plan,
        uploadedMilliseconds: Int64? = nil
    ) {
        self.asset = asset
        self.generation = generation
        self.source = source
        self.versionID = versionID
        self.sequencer = sequencer
        self.copyOf = copyOf
        self.plan = plan
        self.uploadedMilliseconds = uploadedMilliseconds
    }
}
