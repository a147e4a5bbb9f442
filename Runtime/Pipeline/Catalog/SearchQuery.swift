/// A question to all published moments of a tenant.
package struct SearchQuery: Hashable, Sendable {
    package let tenant: Tenant
    /// As a person types it: words, "phrases in quotes", -excluded, or.
    package let text: String
    /// The text's meaning; nil where no model answered: then only words are searched.
    package let vector: [Float]?
    package let model: ModelVersion?
    /// Only in this asset; a copy's moments are its original's.
    package let asset: AssetID?
    package let limit: Int
    /// Vectors further from the query's than this cosine distance are no answer.
    package let maximumDistance: Double

    package init(
        tenant: Tenant,
        text: String,
        vector: [Float]? = nil,
        model: ModelVersion? = nil,
        asset: AssetID? = nil,
        limit: Int = 20,
        maximumDistance: Double = 0.65
    ) {
        self.tenant = tenant
        self.text = text
        self.vector = vector
        self.model = model
        self.asset = asset
        self.limit = limit
        self.maximumDistance = maximumDistance
    }
}
