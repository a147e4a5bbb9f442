import Hummingbird
import Pipeline

/// What was found.
struct SearchAnswer: ResponseEncodable, Decodable, Sendable {
    let query: String
    /// Whether the question's meaning was compared; without a model, or vectors of it, only words were searched.
    let byMeaning: Bool
    /// Best first; empty where nothing fits.
    let hits: [SearchHit]
}

/// Assets, the newest first.
struct AssetList: ResponseEncodable, Decodable, Sendable {
    let assets: [AssetView]
    /// The `after` of the next ones; nil where these are the last.
    let next: AssetID?
}
