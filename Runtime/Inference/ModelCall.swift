package import Pipeline

/// One request to a model and what came of it, for whoever measures.
package struct ModelCall: Sendable {
    package let model: ModelVersion
    package let task: ModelTask
    package let time: Duration
    /// Tokens, audio seconds or pictures; 0 where it failed.
    package let units: Double
    /// USD; 0 where the model's settings name no price.
    package let cost: Double
    /// Of the words or lines that it returned, the mean; nil where there are none, or it tells of none.
    package let confidence: Double?
    /// Nil where it was answered.
    package let faultClass: String?
}
