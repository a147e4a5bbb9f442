/// An asset as clients see it: names and shapes stay, whatever becomes of the catalog's own.
package struct AssetView: Codable, Sendable {
    package let asset: AssetID
    package let name: String
    package let kind: MediaKind?
    package let state: AssetState
    package let reason: String?
    /// The asset with the same bytes whose record serves this one too.
    package let duplicateOf: AssetID?
    package let generation: Int
    package let publishedGeneration: Int?
    package let byteCount: Int64
    package let contentType: String?
    /// SHA-256 of the bytes.
    package let digest: Digest
    package let durationMilliseconds: Int?
    package let runs: [RunView]

    package init(_ status: AssetStatus) {
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
package struct RunView: Codable, Sendable {
    package let stage: StageName
    package let part: String
    package let state: RunState
    package let attempts: Int
    package let progress: Double?
    package let reason: String?
    package let elapsedMilliseconds: Int?

    package init(_ row: LedgerRow) {
        stage = row.run.name.stage
        part = row.run.name.part
        state = row.state
        attempts = row.attempts
        progress = row.progress
        reason = row.reason
        elapsedMilliseconds = row.elapsedMilliseconds
    }
}
