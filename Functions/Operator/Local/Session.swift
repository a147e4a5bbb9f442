import Cloud
import Foundation
import Pipeline
import StageRuntime

/// What a command needs of the running system: the environment's settings, completed by the local stack's.
struct Session {
    let environment: [String: String]
    let settings: Settings
    let wiring: Wiring

    init() throws {
        let own = ProcessEnvironment.variables()
        let saved = own["DATABASE_URL"] == nil ? (try? LocalStack().savedEnvironment()) ?? [:] : [:]
        guard own["DATABASE_URL"] != nil || !saved.isEmpty else {
            throw Failure("nothing is running here: start it with `media up`, or set DATABASE_URL and the like")
        }
        environment = own.merging(saved) { own, _ in own }
        var quiet = environment
        quiet["LOG_LEVEL"] = own["LOG_LEVEL"] ?? "warning"
        settings = try Settings(environment: quiet)
        wiring = try Wiring(settings, name: "operator")
    }

    /// The web address of Search; nil where it is not known.
    var web: String? { environment["MEDIA_SEARCH_URL"] }

    /// An asset by its id, its key, or the last part of its key.
    ///
    /// - Throws: a failure, where there is none of that name.
    func asset(_ name: String, in catalog: any Catalog) async throws -> AssetStatus {
        let id = AssetID(rawValue: name.lowercased())
        if UUID(uuidString: name) != nil,
            let status = try await catalog.statuses(of: settings.tenant, ids: [id], atMost: 1).first
        {
            return status
        }
        let all = try await catalog.statuses(of: settings.tenant, ids: nil, atMost: 10_000)
        let named = all.filter { $0.asset.source.key == name || $0.asset.source.key.hasSuffix("/\(name)") }
        guard let found = named.first else { throw Failure("no asset \(name): see `media status`") }
        return found
    }
}

extension Session {
    /// The id that Ingest gives to what stands under a key.
    func assetID(of key: String) -> AssetID {
        AssetID(tenant: settings.tenant, bucket: settings.bucket, key: key, digester: OpenSSLDigester())
    }
}
