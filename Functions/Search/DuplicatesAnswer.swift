import Hummingbird
import Pipeline

/// What an asset repeats, or is repeated by.
struct DuplicatesAnswer: ResponseEncodable, Decodable, Sendable {
    let asset: AssetID
    /// Each as its first asset sees it.
    let duplicates: [DuplicatePair]
}
