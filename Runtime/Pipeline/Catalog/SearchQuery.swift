/// A question to all published moments of a tenant, and to the names of its published assets.
package struct SearchQuery: Hashable, Sendable {
    package let tenant: Tenant
    /// Of the text as a person types it: words, "phrases in quotes", -excluded, or.
    package let terms: SearchTerms
    /// The meaning of what is wanted; nil where no model answered: then only words are searched.
    package let vector: [Float]?
    package let model: ModelVersion?
    /// Only in this asset; a copy's moments are its original's, its name is its own.
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
        terms = SearchTerms(text)
        self.vector = vector
        self.model = model
        self.asset = asset
        self.limit = limit
        self.maximumDistance = maximumDistance
    }
}
