import Foundation
import Pipeline

/// Finds an asset by what a person calls it.
struct AssetLookup: Sendable {
    /// The last part of a longer key is looked for among so many; an id follows from a key, whatever its age.
    static let newestCount = 10_000
    private static let namedCount = 5

    let catalog: any Catalog
    let tenant: Tenant
    /// Of what stands under a key.
    let id: @Sendable (String) -> AssetID

    /// An asset by its id, its key, or the last part of its key.
    ///
    /// - Throws: a failure, where there is none of that name, or more than one.
    func find(_ name: String) async throws -> AssetStatus {
        if UUID(uuidString: name) != nil {
            let id = AssetID(rawValue: name.lowercased())
            if let status = try await catalog.statuses(of: tenant, ids: [id], atMost: 1).first { return status }
        }
        if let status = try await under([name]).first { return status }
        let uploads = try await under(KeyPrefix.anyUpload.map { $0 + name })
        if let status = try only(name, of: uploads) { return status }
        let newest = try await catalog.statuses(of: tenant, ids: nil, atMost: Self.newestCount)
        let named = newest.filter { $0.asset.source.key == name || $0.asset.source.key.hasSuffix("/\(name)") }
        if let status = try only(name, of: named) { return status }
        let bound = newest.count < Self.newestCount ? "" : " among the newest \(Self.newestCount)"
        throw Failure("no asset \(name)\(bound): see `media status`")
    }

    /// What stands under keys, and was not removed.
    private func under(_ keys: [String]) async throws -> [AssetStatus] {
        let statuses = try await catalog.statuses(of: tenant, ids: keys.map(id), atMost: keys.count)
        return statuses.filter { $0.asset.state != .removed }
    }

    private func only(_ name: String, of found: [AssetStatus]) throws -> AssetStatus? {
        guard found.count > 1 else { return found.first }
        let some = found.prefix(Self.namedCount).map { "\($0.asset.id) (\($0.asset.source.key.printable))" }
        throw Failure("\(found.count) assets are named \(name), as \(some.joined(separator: ", ")): say an id or a key")
    }
}
