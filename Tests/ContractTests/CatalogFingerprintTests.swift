import Pipeline
import Testing

@Suite(.contract(.catalog)) struct CatalogFingerprintTests {
    @Test(arguments: CatalogUnderTest.allCases)
    func fingerprintsAreReadAsTheyWereWritten(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        let poor = FrameFingerprint(
            startMilliseconds: 7,
            endMilliseconds: 9,
            hash: CatalogWorld.hash(1),
            quality: 3,
            isIndexed: false
        )
        let many: Fingerprints = .frames([poor] + (2..<2500).map { CatalogWorld.frame($0, at: 500 * Int($0)) })
        let picture: Fingerprints = .picture([CatalogWorld.frame(5)])
        let sound = CatalogWorld.sound(1...3000)
        let asset = try await world.fingerprinted(many, picture, sound)
        for written in [many, picture, sound] {
            let read = try await world.catalog.fingerprints(written.kind, of: asset, generation: 1, of: world.tenant)
            #expect(read == written)
        }
        let other = try await world.catalog.fingerprints(.frames, of: asset, generation: 2, of: world.tenant)
        #expect(other.isEmpty)
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func aRunsFingerprintsReplaceThoseOfItsKind(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        let asset = try await world.fingerprinted(
            CatalogWorld.frames(1...9),
            CatalogWorld.sound(1...200),
            CatalogWorld.frames(20...22)
        )
        let read = try await world.catalog.fingerprints(.frames, of: asset, generation: 1, of: world.tenant)
        #expect(read == CatalogWorld.frames(20...22))
        #expect(try await world.candidates(CatalogWorld.frames(1...9)).isEmpty)
        #expect(try await world.candidates(CatalogWorld.frames(20...22)) == [asset])
        #expect(try await world.candidates(CatalogWorld.sound(1...200)) == [asset])
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func whatLooksAlikeIsFoundAndWhatDoesNotIsNot(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        let asset = try await world.fingerprinted(.picture([CatalogWorld.frame(1)]))
        _ = try await world.fingerprinted(.picture([CatalogWorld.frame(2)]))
        func probe(_ changes: Int) -> Fingerprints {
            .picture([FrameFingerprint(hash: CatalogWorld.hash(1).changed(changes), quality: 90, isIndexed: true)])
        }
        for changes in [0, 15, 16, 31] { #expect(try await world.candidates(probe(changes)) == [asset], "\(changes)") }
        #expect(try await world.candidates(probe(32)).isEmpty)
        #expect(try await world.candidates(probe(0), of: asset).isEmpty)
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func aVideoIsNotItsThumbnail(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        _ = try await world.fingerprinted(CatalogWorld.frames(1...9))
        #expect(try await world.candidates(.picture([CatalogWorld.frame(4)])).isEmpty)
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func framesThatShowNothingFindNobody(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        let black = FrameFingerprint(hash: CatalogWorld.hash(1), quality: 0, isIndexed: true)
        _ = try await world.fingerprinted(.frames([black]))
        #expect(try await world.candidates(.frames([black])).isEmpty)
        let clear = FrameFingerprint(hash: CatalogWorld.hash(1), quality: 90, isIndexed: true)
        #expect(try await world.candidates(.frames([clear])).isEmpty)
        let unindexed = FrameFingerprint(hash: CatalogWorld.hash(2), quality: 90, isIndexed: false)
        _ = try await world.fingerprinted(.picture([unindexed]))
        #expect(try await world.candidates(.picture([unindexed])).isEmpty)
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func aVideoIsFoundByASampleThatStandsBetweenTheIndexedOnesOfItsCopy(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        let original = try await world.fingerprinted(CatalogWorld.frames(1...9))
        let between = FrameFingerprint(hash: CatalogWorld.hash(5), quality: 90, isIndexed: false)
        #expect(try await world.candidates(.frames([CatalogWorld.frame(50), between])) == [original])
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func whatManyShareCountsLess(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        let title = (1...8).map { CatalogWorld.frame(UInt64($0)) }
        var strangers: [AssetID] = []
        for number in 0..<8 {
            let own = CatalogWorld.frame(100 + UInt64(number))
            strangers.append(try await world.fingerprinted(.frames(title + [own])))
        }
        let copy = try await world.fingerprinted(.frames([CatalogWorld.frame(50), CatalogWorld.frame(51)]))
        let probe: Fingerprints = .frames(title + [CatalogWorld.frame(50), CatalogWorld.frame(51)])
        let found = try await world.catalog.resembling(probe, of: CatalogWorld.asset(), of: world.tenant)
        #expect(found.first?.asset == copy)
        #expect(abs((found.first?.score ?? 0) - 2) < 0.001)
        #expect(Set(found.dropFirst().map(\.asset)) == Set(strangers))
        #expect(found.dropFirst().allSatisfy { abs($0.score - 1) < 0.001 })
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func aSoundIsFoundByAPieceOfItAndNotByTheSameItemsInDisorder(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        let asset = try await world.fingerprinted(CatalogWorld.sound(1...400))
        _ = try await world.fingerprinted(CatalogWorld.sound(1000...1400))
        #expect(try await world.candidates(CatalogWorld.sound(200...300)) == [asset])
        guard case .sound(let sound) = CatalogWorld.sound(1...400) else { return }
        let disordered = SoundItems(items: sound.items.reversed(), itemMilliseconds: 123.8)
        #expect(try await world.candidates(.sound(disordered)).isEmpty)
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func whatIsGoneReplacedOrAnotherTenantsIsNotFound(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        let (frames, sound) = (CatalogWorld.frames(1...9), CatalogWorld.sound(1...200))
        let asset = try await world.fingerprinted(frames, sound)
        let stranger = try await CatalogWorld(kind)
        #expect(try await stranger.catalog.resembling(frames, of: asset, of: stranger.tenant).isEmpty)
        _ = try await world.fingerprinted(CatalogWorld.frames(20...29), generation: 2, asset: asset)
        #expect(try await world.candidates(frames).isEmpty)
        let found = try await world.catalog.resembling(
            CatalogWorld.frames(20...29),
            of: CatalogWorld.asset(),
            of: world.tenant
        )
        #expect(found.map(\.generation) == [2])
        try await world.ingest(asset, [.remove("0C")])
        #expect(try await world.candidates(CatalogWorld.frames(20...29)).isEmpty)
        #expect(try await world.candidates(sound).isEmpty)
        let left = try await world.catalog.fingerprints(.frames, of: asset, generation: 2, of: world.tenant)
        #expect(left.isEmpty)
    }
}
