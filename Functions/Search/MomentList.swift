import Hummingbird
import Pipeline

/// Some of what was found in an asset.
struct MomentList: ResponseEncodable, Decodable, Sendable {
    /// By start; of a copy, those of its original.
    let moments: [Moment]
    /// How many there are in all.
    let momentCount: Int
    /// The `after` of the next ones; nil where these are the last.
    let next: String?
}
