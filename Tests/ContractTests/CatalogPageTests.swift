import Pipeline
import Testing

/// Lists that go on where they were cut.
@Suite(.contract(.catalog)) struct CatalogPageTests {
    @Test(arguments: CatalogUnderTest.allCases)
    func statusesGoOnAfterAnyAssetThatWasEverRegistered(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        var assets: [AssetID] = []
        for _ in 0..<5 { assets.append(try await world.registered("probe")) }
        try await world.ingest(assets[2], [.remove("0C")])
        func statuses(after cursor: AssetID?, _ count: Int) async throws -> [AssetID] {
            try await world.catalog.statuses(of: world.tenant, ids: nil, after: cursor, atMost: count).map(\.asset.id)
        }
        #expect(try await statuses(after: nil, 2) == [assets[4], assets[3]])
        #expect(try await statuses(after: assets[3], 2) == [assets[1], assets[0]])
        #expect(try await statuses(after: assets[2], 1) == [assets[1]])
        #expect(try await statuses(after: assets[0], 9).isEmpty)
        for unknown in [CatalogWorld.asset(), "../nothing"] {
            #expect(try await statuses(after: unknown, 9).isEmpty)
        }
        let some = try await world.catalog.statuses(of: world.tenant, ids: assets, after: assets[3], atMost: 2)
        #expect(some.map(\.asset.id) == [assets[2], assets[1]])
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func momentsGoOnInOrderOfTimeAndKey(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        let asset = try await world.registered("transcribe", "scenes", RunName("embed", part: "text"))
        let starts = [500, 0, 500, 900]
        for name in ["transcribe", "scenes", RunName("embed", part: "text")] {
            let moments = starts.map { Moment(kind: name == "scenes" ? .shot : .speech, startMilliseconds: $0) }
            try await world.commit(world.claim(world.run(asset, 1, name)), [.moments(moments)])
        }
        let kinds = Set(MomentKind.allCases)
        let all = try await world.catalog.moments(of: asset, generation: 1, kinds: kinds, of: world.tenant)
        #expect(all.count == 12)
        var read: [StoredMoment] = []
        while read.count < 12 {
            let page = try await world.catalog.momentPage(
                of: asset,
                generation: 1,
                after: read.last.map { MomentCursor($0) },
                atMost: 5,
                of: world.tenant
            )
            #expect(page.count == 12)
            #expect(page.moments.count == min(5, 12 - read.count))
            guard !page.moments.isEmpty else { break }
            read += page.moments
        }
        #expect(read == all)
        let end = try await world.catalog.momentPage(
            of: asset,
            generation: 1,
            after: all.last.map { MomentCursor($0) },
            atMost: 5,
            of: world.tenant
        )
        #expect(end == MomentPage(moments: [], count: 12))
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func noMomentsAreReadOfAnotherGenerationTenantOrOddID(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        let asset = try await world.published(["one"])
        let others: [(AssetID, Int, Tenant)] = [
            (asset, 2, world.tenant), (asset, 1, "other"), ("../nothing", 1, world.tenant),
        ]
        for (id, generation, tenant) in others {
            let page = try await world.catalog.momentPage(
                of: id,
                generation: generation,
                after: nil,
                atMost: 5,
                of: tenant
            )
            #expect(page == MomentPage(moments: [], count: 0))
        }
    }

    @Test func aPlaceInTheMomentsIsReadAsItWasWritten() throws {
        for run in ["transcribe", RunName("embed", part: "text"), RunName("transcribe", part: "a/b.c 1")] {
            let moment = Moment(kind: .speech, startMilliseconds: 90)
            let cursor = MomentCursor(StoredMoment(key: MomentKey(run: run, ordinal: 7), moment: moment))
            #expect(MomentCursor(cursor.description) == cursor)
        }
        for odd in ["", "1", "1.2", "a.2.embed", "1.b.embed", "1.2.em\0bed"] { #expect(MomentCursor(odd) == nil) }
    }
}
