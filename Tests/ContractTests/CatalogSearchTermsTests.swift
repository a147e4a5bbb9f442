import Pipeline
import Testing

/// What a question excludes, and whether its meaning has anything to be compared with.
@Suite(.contract(.catalog)) struct CatalogSearchTermsTests {
    @Test(arguments: CatalogUnderTest.allCases)
    func whatHoldsAnExcludedWordIsFoundNeitherByWordsNorByMeaning(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        _ = try await world.published(["the harbour at night", "the harbour", "a dog at night"], axes: [10, 10, 10])
        #expect(try await world.search("harbour -night").map(\.startMilliseconds) == [1000])
        let hits = try await world.search("harbour -night", axis: 10)
        #expect(hits.map(\.startMilliseconds) == [1000])
        #expect(try #require(hits.first?.distance) < 0.01)
        #expect(try await world.search("harbour -airport", axis: 10).count == 3)
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func anExcludedPhraseIsExcludedAsAWhole(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        _ = try await world.published(["a night train", "a train by night", "a train"], axes: [10, 10, 10])
        for axis in [nil, 10] {
            let hits = try await world.search(#"train -"night train""#, axis: axis)
            #expect(Set(hits.map(\.startMilliseconds)) == [1000, 2000])
            let both = try await world.search(#"train -"night train" -night"#, axis: axis)
            #expect(both.map(\.startMilliseconds) == [2000])
        }
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func toExcludeAloneFindsNothingWithoutAMeaning(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        _ = try await world.published(["the harbour at night", "a dog"], axes: [10, 10])
        #expect(try await world.search("-night").isEmpty)
        #expect(try await world.search("-night", axis: 10).map(\.text) == ["a dog"])
        #expect(try await world.search("-?!", axis: 10).count == 2)
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func aModelHasVectorsOnceTheyArePublished(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        let revised = ModelVersion(name: "contract", revision: "revised")
        #expect(try await !world.catalog.hasVectors(of: CatalogWorld.model, of: world.tenant))
        _ = try await world.published(["mine"], axes: [1])
        let asset = try await world.registered("embed")
        let vector = MomentVector(moment: MomentKey(run: "embed", ordinal: 0), values: CatalogWorld.vector(1))
        let rows: [CatalogWrite] = [.moments([Moment(kind: .text, text: "new")]), .vectors(model: revised, [vector])]
        try await world.commit(world.claim(world.run(asset, 1, "embed")), rows, completion: world.message("publish"))
        #expect(try await world.catalog.hasVectors(of: CatalogWorld.model, of: world.tenant))
        #expect(try await !world.catalog.hasVectors(of: CatalogWorld.model, of: "somebody else"))
        #expect(try await !world.catalog.hasVectors(of: revised, of: world.tenant))
        try await world.commit(world.claim(world.run(asset, 1, "publish")), [.publish(.complete, reason: nil)])
        #expect(try await world.catalog.hasVectors(of: revised, of: world.tenant))
    }
}
