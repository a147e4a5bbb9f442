import Pipeline
import Testing

@Suite struct CatalogSearchTests {
    private func query(
        _ world: CatalogWorld,
        _ text: String,
        axis: Int? = nil,
        asset: AssetID? = nil,
        limit: Int = 20
    ) -> SearchQuery {
        SearchQuery(
            tenant: world.tenant,
            text: text,
            vector: axis.map { CatalogWorld.vector($0) },
            model: axis.map { _ in CatalogWorld.model },
            asset: asset,
            limit: limit
        )
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func wordsFindTheirSecond(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        let asset = try await world.published(["good morning", "the harbour at night", "goodbye"])
        let hits = try await world.catalog.search(query(world, "harbour night"))
        let hit = try #require(hits.first)
        #expect(hits.count == 1)
        #expect(hit.asset == asset)
        #expect(hit.name == "\(asset).mp4")
        #expect(hit.kind == .speech)
        #expect(hit.startMilliseconds == 1000)
        #expect(hit.endMilliseconds == 1900)
        #expect(hit.text.filter { $0 != "«" && $0 != "»" } == "the harbour at night")
        #expect(hit.distance == nil)
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func nothingIsFoundForWhatIsNotThere(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        _ = try await world.published(["the harbour at night"], axes: [10])
        #expect(try await world.catalog.search(query(world, "zzyzx")).isEmpty)
        #expect(try await world.catalog.search(query(world, "zzyzx", axis: 200)).isEmpty)
        #expect(try await world.catalog.search(query(world, "")).isEmpty)
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func meaningFindsWhatWordsDoNot(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        let asset = try await world.published(["the harbour at night", "a dog barks"], axes: [10, 20])
        let hits = try await world.catalog.search(query(world, "ships", axis: 10))
        #expect(hits.map(\.asset) == [asset])
        #expect(hits.first?.startMilliseconds == 0)
        #expect(try #require(hits.first?.distance) < 0.01)
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func whatBothWordsAndMeaningFindComesFirst(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        let asset = try await world.published(["a ship", "the harbour at night", "a dog"], axes: [10, 10, 30])
        let hits = try await world.catalog.search(query(world, "harbour", axis: 10))
        #expect(hits.map(\.asset) == [asset, asset])
        #expect(hits.map(\.startMilliseconds) == [1000, 0])
        #expect(hits[0].score > hits[1].score)
        #expect(try await world.catalog.search(query(world, "harbour", axis: 10, limit: 1)).count == 1)
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func whatIsNotPublishedIsNotShown(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        let asset = try await world.published(["the harbour"])
        let plan = try CatalogWorld.plan("transcribe")
        try await world.register(world.registration(of: asset, generation: 2, plan: plan))
        let claim = try await world.claim(world.run(asset, 2, "transcribe"))
        let moments = [Moment(kind: .speech, text: "the airport")]
        try await world.commit(claim, [.moments(moments)], completion: world.message("publish"))
        #expect(try await world.catalog.search(query(world, "airport")).isEmpty)
        #expect(try await world.catalog.search(query(world, "harbour")).count == 1)
        try await world.commit(world.claim(world.run(asset, 2, "publish")), [.publish(.complete, reason: nil)])
        #expect(try await world.catalog.search(query(world, "airport")).count == 1)
        #expect(try await world.catalog.search(query(world, "harbour")).isEmpty)
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func aSearchWithinOneAssetOrItsCopyFindsItsMomentsAlone(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        let digest = CatalogWorld.digest()
        let asset = try await world.published(["the harbour"], axes: [10], digest: digest)
        _ = try await world.published(["another harbour"], axes: [10])
        let copy = CatalogWorld.asset()
        let plan = try CatalogWorld.plan("match")
        try await world.register(world.registration(of: copy, digest: digest, copyOf: asset, plan: plan))
        #expect(try await world.catalog.search(query(world, "harbour")).count == 2)
        for wanted in [asset, copy] {
            let hits = try await world.catalog.search(query(world, "harbour", axis: 10, asset: wanted))
            #expect(hits.map(\.asset) == [asset])
        }
    }
}
