import Hummingbird
import Pipeline

/// One asset and what was found in it.
struct AssetAnswer: ResponseEncodable, Decodable, Sendable {
    let asset: AssetView
    /// What its bytes say of themselves; nil until they were probed.
    let facts: AssetFacts?
    /// By start; of a copy, those of its original.
    let moments: [Moment]
    /// How many there are, where the answer is cut short.
    let momentCount: Int
    /// The `after` of `/v1/assets/{id}/moments` that gives the next ones; nil where these are all.
    let next: String?
    /// Keyframes, storyboards, captions and the like.
    let outputs: [OutputView]
}
