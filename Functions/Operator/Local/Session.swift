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
        environment = try Self.environment()
        var quiet = environment
        quiet["LOG_LEVEL"] = ProcessEnvironment.variables()["LOG_LEVEL"] ?? "warning"
        settings = try Settings(environment: quiet)
        wiring = try Wiring(settings, name: "operator")
    }

    /// The process's variables, completed by the local stack's.
    ///
    /// - Throws: a failure, where neither names a database.
    static func environment() throws -> [String: String] {
        let own = ProcessEnvironment.variables()
        let saved = own["DATABASE_URL"] == nil ? (try? LocalStack().savedEnvironment()) ?? [:] : [:]
        guard own["DATABASE_URL"] != nil || !saved.isEmpty else {
            throw Failure("nothing is running here: start it with `media up`, or set DATABASE_URL and the like")
        }
        return own.merging(saved) { own, _ in own }
    }

    /// The web address of Search; nil where it is not known.
    var web: String? { environment["MEDIA_SEARCH_URL"] }

    /// An asset by its id, its key, or the last part of its key.
    ///
    /// - Throws: a failure, where there is none of that name, or more than one.
    func asset(_ name: String, in catalog: any Catalog) async throws -> AssetStatus {
        try await AssetLookup(catalog: catalog, tenant: settings.tenant) { assetID(of: $0) }.find(name)
    }
}

extension Session {
    /// The id that Ingest gives to what stands under a key.
    func assetID(of key: String) -> AssetID {
        AssetID(tenant: settings.tenant, bucket: settings.bucket, key: key, digester: OpenSSLDigester())
    }
}
