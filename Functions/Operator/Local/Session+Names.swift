import Pipeline
import StageRuntime

extension Session {
    /// What people call assets: the last part of their keys.
    ///
    /// - Returns: names of those that are known.
    /// - Throws: the catalog's fault.
    func names(of ids: [AssetID], in catalog: any Catalog) async throws -> [AssetID: String] {
        let wanted = Set(ids).sorted()
        let statuses = try await catalog.statuses(of: settings.tenant, ids: wanted, atMost: wanted.count)
        return Dictionary(
            uniqueKeysWithValues: statuses.map { status in
                let key = status.asset.source.key
                return (status.asset.id, (key.split(separator: "/").last.map(String.init) ?? key).printable)
            }
        )
    }
}
