import Hummingbird
import Pipeline

/// An asset as clients see it: names and shapes stay, whatever becomes of the catalog's own.
struct AssetView: Codable, Sendable {
    let asset: AssetID
    let name: String
    let kind: MediaKind?
    let state: AssetState
    let reason: String?
    /// The asset with the same bytes whose record serves this one too.
    let duplicateOf: AssetID?
    let generation: Int
    let publishedGeneration: Int?
    let byteCount: Int64
    let contentType: String?
    /// SHA-256 of the bytes.
    let digest: Digest
    let durationMilliseconds: Int?
    let runs: [RunView]

    init(_ status: AssetStatus) {
        let asset = status.asset
        self.asset = asset.id
        name = asset.source.key
        kind = asset.facts?.kind
        state = asset.state
        reason = asset.reason
        duplicateOf = asset.copyOf
        generation = asset.generation
        publishedGeneration = asset.publishedGeneration
        byteCount = asset.source.byteCount
        contentType = asset.source.contentType
        digest = asset.source.digest
        durationMilliseconds = asset.facts?.durationMilliseconds
        runs = status.runs.map(RunView.init)
    }
}

/// A run in an asset's ledger as clients see it.
struct RunView: Codable, Sendable {
    let stage: StageName
    let part: String
    let state: RunState
    let attempts: Int
    let progress: Double?
    let reason: String?
    let elapsedMilliseconds: Int?

    init(_ row: LedgerRow) {
        stage = row.run.name.stage
        part = row.run.name.part
        state = row.state
        attempts = row.attempts
        progress = row.progress
        reason = row.reason
        elapsedMilliseconds = row.elapsedMilliseconds
    }
}

/// Assets, the newest first.
struct AssetList: ResponseEncodable, Decodable, Sendable {
    let assets: [AssetView]
}
