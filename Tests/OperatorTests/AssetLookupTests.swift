import Pipeline
import Testing

@testable import Operator

@Suite struct AssetLookupTests {
    private static let tenant: Tenant = "default"

    private static func id(_ key: String) -> AssetID {
        AssetID(tenant: tenant, bucket: "media", key: key, digester: MemoryDigester())
    }

    private func lookup(_ keys: [String], removed: String? = nil) async throws -> AssetLookup {
        let catalog = MemoryCatalog()
        for key in keys {
            let asset = Self.id(key)
            let run = RunKey(tenant: Self.tenant, asset: asset, generation: 1, name: RunName("probe"))
            let digest = MemoryDigester().digest(Array(key.utf8))
            let source = ObjectReference(bucket: "media", key: key, byteCount: 9, contentType: nil, digest: digest)
            let plan = try Plan([PlannedRun(RunName("probe"))])
            let registration = AssetRegistration(asset: asset, generation: 1, source: source, plan: plan)
            var rows: [CatalogWrite] = [.register(registration)]
            if key == removed { rows.append(.remove(nil)) }
            try await catalog.write(rows, for: run)
        }
        return AssetLookup(catalog: catalog, tenant: Self.tenant) { Self.id($0) }
    }

    @Test(arguments: ["uploads/a.mp4", "a.mp4", "bulk/b.mp4", "b.mp4", "uploads/shop/c.mp4", "shop/c.mp4", "c.mp4"])
    func `an asset is found by its key and by what ends it`(_ name: String) async throws {
        let keys = ["uploads/a.mp4", "bulk/b.mp4", "uploads/shop/c.mp4"]
        let found = try await lookup(keys).find(name)
        #expect(found.asset.source.key.hasSuffix(name))
        #expect(try await lookup(keys).find(found.asset.id.rawValue.uppercased()).asset.id == found.asset.id)
    }

    @Test(arguments: [["uploads/a.mp4", "bulk/a.mp4"], ["uploads/x/a.mp4", "uploads/y/a.mp4"]])
    func `a name of two assets is told, and none is taken`(_ keys: [String]) async throws {
        let lookup = try await lookup(keys)
        let failure = await #expect(throws: Failure.self) { try await lookup.find("a.mp4") }
        for key in keys {
            #expect(failure?.description.contains("\(Self.id(key)) (\(key))") == true)
            #expect(try await lookup.find(key).asset.id == Self.id(key))
        }
    }

    @Test func `a removed asset is known by its id alone`() async throws {
        let lookup = try await lookup(["uploads/a.mp4"], removed: "uploads/a.mp4")
        await #expect(throws: Failure.self) { try await lookup.find("a.mp4") }
        #expect(try await lookup.find(Self.id("uploads/a.mp4").rawValue).asset.state == .removed)
    }
}
