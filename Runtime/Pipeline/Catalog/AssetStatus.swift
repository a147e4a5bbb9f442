/// An asset and its current generation's ledger.
package struct AssetStatus: Hashable, Codable, Sendable {
    package let asset: Asset
    /// In plan order, Publish last where it is due.
    package let runs: [LedgerRow]

    package init(asset: Asset, runs: [LedgerRow]) {
        self.asset = asset
        self.runs = runs
    }
}
