import Pipeline
import Testing

/// Assets that their names find.
@Suite(.contract(.catalog)) struct CatalogSearchNameTests {
    @Test(arguments: CatalogUnderTest.allCases)
    func anAssetIsFoundByTheWordsOfItsNameThoughNothingWasFoundInIt(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        let tour = try await world.published(as: "uploads/harbour-tour.mp4")
        _ = try await world.published(as: "bulk/2024/night_walk.mp4", ["good morning"])
        let questions = ["tour.mp4", "harbour tour", "TOUR_harbour", "uploads/harbour-tour.mp4", #""harbour tour""#]
        for question in questions {
            let hits = try await world.search(question)
            #expect(hits.map(\.asset) == [tour], "\(question)")
            #expect(hits.first?.name == "uploads/harbour-tour.mp4")
            #expect(hits.first?.kind == .name)
            #expect(hits.first?.startMilliseconds == 0 && hits.first?.endMilliseconds == 0)
            #expect(hits.first?.text == "" && hits.first?.distance == nil)
            #expect(abs((hits.first?.score ?? 0) - 1.0 / 61) < 1e-9)
        }
        #expect(try await world.search("2024 walk").map(\.name) == ["bulk/2024/night_walk.mp4"])
        #expect(try await world.search("mp4").count == 2)
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func whereUploadsGoIsNoName(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        _ = try await world.published(as: "uploads/harbour-tour.mp4")
        _ = try await world.published(as: "bulk/night_walk.mp4")
        for question in ["uploads", "bulk", "harbour walk", "harb", ""] {
            #expect(try await world.search(question).isEmpty, "\(question)")
        }
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func aNameWithAnExcludedWordIsNotFound(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        let tour = try await world.published(as: "uploads/harbour-tour.mp4")
        let old = try await world.published(as: "uploads/old-harbour-tour.mp4")
        #expect(try await Set(world.search("harbour tour").map(\.asset)) == [tour, old])
        #expect(try await world.search("harbour tour -old").map(\.asset) == [tour])
        #expect(try await world.search(#"tour -"old harbour""#).map(\.asset) == [tour])
        #expect(try await Set(world.search(#"tour -"harbour old""#).map(\.asset)) == [tour, old])
        #expect(try await world.search("harbour -tour.mp4").isEmpty)
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func aMomentComesBeforeTheNameOfItsAsset(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        let tour = try await world.published(as: "uploads/harbour.mp4", ["the harbour", "a dog"])
        let hits = try await world.search("harbour")
        #expect(hits.map(\.asset) == [tour, tour])
        #expect(hits.map(\.kind) == [.speech, .name])
        #expect(hits.map(\.text) == ["the «harbour»", ""])
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func theNameOfWhatIsNotPublishedOrWasRemovedIsNotFound(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        let tour = try await world.published(as: "uploads/harbour-tour.mp4")
        _ = try await world.registered("transcribe")
        #expect(try await world.search("mp4").map(\.asset) == [tour])
        try await world.ingest(tour, [.remove("0C")])
        #expect(try await world.search("mp4").isEmpty)
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func aSearchWithinOneAssetFindsItsOwnName(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        let digest = CatalogWorld.digest()
        let tour = try await world.published(as: "uploads/harbour-tour.mp4", digest: digest)
        let copy = try await world.published(as: "uploads/harbour-again.mp4", digest: digest, copyOf: tour)
        #expect(try await Set(world.search("harbour").map(\.asset)) == [tour, copy])
        for asset in [tour, copy] { #expect(try await world.search("harbour", in: asset).map(\.asset) == [asset]) }
        #expect(try await world.search("tour", in: copy).isEmpty)
        #expect(try await world.search("again", in: copy).first?.copies == [])
        #expect(try await world.search("tour", in: tour).first?.copies == [copy])
    }
}
