import Hummingbird
import Pipeline

/// One asset and what was found in it.
struct AssetAnswer: ResponseEncodable, Decodable, Sendable {
    let asset: AssetView
    /// By start; of a copy, those of its original.
    let moments: [Moment]
    /// How many there are, where the answer is cut short.
    let momentCount: Int
}
