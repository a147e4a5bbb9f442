/// What one run asked of one model.
package struct ModelUsage: Hashable, Codable, Sendable {
    package let model: ModelVersion
    package let requestCount: Int
    /// Tokens, audio seconds or pictures, as the model counts.
    package let units: Double

    package init(model: ModelVersion, requestCount: Int, units: Double) {
        self.model = model
        self.requestCount = requestCount
        self.units = units
    }
}
