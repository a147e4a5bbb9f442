import Pipeline
import Testing

@Suite(.contract(.catalog)) struct CatalogSearchTests {
    private func query(
        _ world: CatalogWorld,
        _ text: String,
        axis: Int? = nil,
        leaning: Float = 0,
        asset: AssetID? = nil,
        limit: Int = 20,
        maximumDistance: Double = 0.65
    ) -> SearchQuery {
        SearchQuery(
            tenant: world.tenant,
            text: text,
            vector: axis.map { CatalogWorld.vector($0, leaning: leaning) },
            model: axis.map { _ in CatalogWorld.model },
            asset: asset,
            limit: limit,
            maximumDistance: maximumDistance
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
        #expect(hit.text == "the «harbour» at «night»")
        #expect(hit.distance == nil)
        #expect(hit.copies.isEmpty)
        #expect(abs(hit.score - 1.0 / 61) < 1e-9)
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
        let copy = try await world.copy(of: asset, digest: digest)
        #expect(try await world.catalog.search(query(world, "harbour")).count == 2)
        for wanted in [asset, copy] {
            let hits = try await world.catalog.search(query(world, "harbour", axis: 10, asset: wanted))
            #expect(hits.map(\.asset) == [asset])
        }
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func aHitListsItsCopiesTheOldestFirst(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        let digest = CatalogWorld.digest()
        let asset = try await world.published(["the harbour"], digest: digest)
        _ = try await world.published(["another harbour"])
        var copies: [AssetID] = []
        for _ in 0..<4 { copies.append(try await world.copy(of: asset, digest: digest)) }
        try await world.ingest(copies[1], [.remove("0C")])
        let hits = try await world.catalog.search(query(world, "harbour"))
        #expect(hits.count == 2)
        for hit in hits { #expect(hit.copies == (hit.asset == asset ? [copies[0], copies[2], copies[3]] : [])) }
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func theWordsAskedForAreMarkedWhereverTheyStand(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        _ = try await world.published(["Harbour (old harbour), 1901: a dog's harbours", "a cat"], axes: [10, 30])
        func text(_ text: String, axis: Int? = nil) async throws -> String? {
            try await world.catalog.search(query(world, text, axis: axis)).first?.text
        }
        #expect(try await text("HARBOUR 1901 old")?.hasPrefix("«Harbour» («old» «harbour»), «1901»: a dog") == true)
        // Found by meaning: some of the words, or none, are there.
        #expect(try await text("cat boat", axis: 30) == "a «cat»")
        #expect(try await text("boat", axis: 30) == "a cat")
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func allWordsAreToBeInOneMoment(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        _ = try await world.published(["the harbour at night", "a bright night", "an arbour"])
        #expect(try await world.catalog.search(query(world, "harbour bright")).isEmpty)
        #expect(try await world.catalog.search(query(world, "night harbour")).map(\.startMilliseconds) == [0])
        #expect(try await world.catalog.search(query(world, "arbour")).map(\.startMilliseconds) == [2000])
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func withoutWordsOnlyMeaningAnswers(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        _ = try await world.published(["the harbour", "a dog"], axes: [10, 20])
        for nothing in ["", "  ", "?!"] {
            #expect(try await world.catalog.search(query(world, nothing)).isEmpty)
            #expect(try await world.catalog.search(query(world, nothing, axis: 20)).map(\.text) == ["a dog"])
        }
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func whatIsTooFarFromTheMeaningIsNoAnswerUnlessWordsFindIt(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        _ = try await world.published(["near", "farther", "far off"], axes: [10, 11, 30])
        // Cosine distances 0.2, 0.4 and 1.
        func hits(_ text: String, within distance: Double) async throws -> [SearchHit] {
            let query = query(world, text, axis: 10, leaning: 0.6, maximumDistance: distance)
            return try await world.catalog.search(query)
        }
        #expect(try await hits("", within: 0.65).map(\.text) == ["near", "farther"])
        #expect(try await hits("", within: 0.3).map(\.text) == ["near"])
        #expect(try await hits("", within: 0.1).isEmpty)
        let worded = try await hits("farther", within: 0.3)
        #expect(Set(worded.map(\.text)) == ["near", "«farther»"])
        for hit in worded { #expect((hit.distance == nil) == (hit.text != "near")) }
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func anotherModelsVectorsAreNotCompared(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        _ = try await world.published(["mine"], axes: [1])
        let asset = try await world.registered("embed")
        let other = ModelVersion(name: "contract", revision: "other")
        let key = MomentKey(run: "embed", ordinal: 0)
        let rows: [CatalogWrite] = [
            .moments([Moment(kind: .speech, text: "theirs")]),
            .vectors(model: other, [MomentVector(moment: key, values: CatalogWorld.vector(1))]),
        ]
        try await world.publish(asset, 1, of: "embed", rows)
        for (model, text) in [(CatalogWorld.model, "mine"), (other, "theirs")] {
            let query = SearchQuery(tenant: world.tenant, text: "", vector: CatalogWorld.vector(1), model: model)
            #expect(try await world.catalog.search(query).map(\.text) == [text])
        }
        let unknown = ModelVersion(name: "unknown", revision: "1")
        let query = SearchQuery(tenant: world.tenant, text: "", vector: CatalogWorld.vector(1), model: unknown)
        #expect(try await world.catalog.search(query).isEmpty)
    }
}
