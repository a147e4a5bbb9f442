import Pipeline
import StageRuntime

extension Session {
    /// What people call assets.
    ///
    /// - Returns: names of those that are known.
    /// - Throws: the catalog's fault.
    func names(of ids: [AssetID], in catalog: any Catalog) async throws -> [AssetID: String] {
        let wanted = Set(ids).sorted()
        let statuses = try await catalog.statuses(of: settings.tenant, ids: wanted, atMost: wanted.count)
        return Dictionary(uniqueKeysWithValues: statuses.map { ($0.asset.id, $0.asset.shortName) })
    }
}
