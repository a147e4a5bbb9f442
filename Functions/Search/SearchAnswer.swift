import Hummingbird
import Pipeline

/// What was found.
struct SearchAnswer: ResponseEncodable, Decodable, Sendable {
    let query: String
    /// Whether a model took part; without one, only words were searched.
    let byMeaning: Bool
    /// Best first; empty where nothing fits.
    let hits: [SearchHit]
}

/// Assets, the newest first.
struct AssetList: ResponseEncodable, Decodable, Sendable {
    let assets: [AssetView]
}
