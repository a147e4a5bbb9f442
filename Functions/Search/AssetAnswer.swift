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
    /// Keyframes, storyboards, captions and the like.
    let outputs: [OutputView]
}
