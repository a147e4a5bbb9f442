import Pipeline
import Testing

@Suite(.contract(.catalog)) struct CatalogDuplicateTests {
    private typealias World = CatalogWorld

    @Test(arguments: CatalogUnderTest.allCases)
    func aPairIsOneWhoeverFindsIt(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        let (one, other) = (try await world.fingerprinted(), try await world.fingerprinted())
        try await world.match(one, [other: World.evidence()])
        try await world.match(other, [one: World.evidence().reversed])
        let pairs = try await world.duplicates()
        #expect(pairs.count == 1)
        let pair = try #require(pairs.first)
        #expect([pair.asset, pair.other] == [one, other].sorted())
        #expect(pair.relation == .transcode)
        #expect(pair.evidence == [pair.asset == one ? World.evidence() : World.evidence().reversed])
        #expect(try await world.duplicates(of: one) == pairs)
        #expect(try await world.duplicates(of: other) == pairs)
        #expect(try await world.duplicates(of: World.asset()).isEmpty)
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func whatOneRunFoundIsReplacedByTheNextOfItsBasisAndNotWhatOthersFound(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        let asset = try await world.fingerprinted()
        var others: [AssetID] = []
        for _ in 0..<3 { others.append(try await world.fingerprinted()) }
        try await world.match(asset, [others[0]: World.evidence(), others[1]: World.evidence()])
        try await world.match(asset, run: 1, by: .sound, [others[0]: World.evidence(.trimmed, by: .sound)])
        try await world.match(others[2], [asset: World.evidence()])
        try await world.match(asset, run: 2, [others[1]: World.evidence(score: 0.4)])
        let pairs = try await world.duplicates(of: asset)
        let found = Dictionary(uniqueKeysWithValues: pairs.map { ($0.asset == asset ? $0.other : $0.asset, $0) })
        #expect(Set(found.keys) == Set(others))
        #expect(found[others[0]]?.evidence.map(\.by) == [.sound])
        #expect(found[others[1]]?.score == 0.4)
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func picturesAndSoundAreTwoReasonsForOnePair(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        let both = [World.frames(1...9), World.sound(1...200)]
        let one = try await world.fingerprinted(both[0], both[1])
        let other = try await world.fingerprinted(both[0], both[1])
        try await world.match(one, [other: World.evidence(score: 0.5)])
        #expect(try await world.duplicates().map(\.relation) == [.overlaid])
        try await world.match(one, run: 1, by: .sound, [other: World.evidence(by: .sound, score: 0.8)])
        let pair = try #require(try await world.duplicates().first)
        #expect(pair.evidence.map(\.by) == [.picture, .sound])
        #expect(pair.relation == .transcode)
        #expect(pair.score == 0.8)
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func aDecisionStaysThroughLaterRunsAndANewAnalysis(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        let digest = World.digest()
        let asset = try await world.fingerprinted(digest: digest)
        let (accepted, split) = (try await world.fingerprinted(), try await world.fingerprinted())
        try await world.match(asset, [accepted: World.evidence(), split: World.evidence()])
        try await world.catalog.decide(.accepted, on: asset, and: accepted, by: "ann", of: world.tenant)
        try await world.catalog.decide(.accepted, on: split, and: asset, by: "ann", of: world.tenant)
        try await world.catalog.decide(.split, on: asset, and: split, by: "ann", of: world.tenant)
        try await world.match(asset, run: 1, [split: World.evidence()])
        _ = try await world.fingerprinted(generation: 2, asset: asset, digest: digest)
        try await world.match(asset, generation: 2, [split: World.evidence()])
        for number in 1..<4 { try await world.match(asset, run: number, generation: 2, by: .sound, [:]) }
        try await world.commit(world.claim(world.run(asset, 2, "publish")), [.publish(.complete, reason: nil)])
        let pairs = try await world.duplicates(of: asset)
        let decisions = Dictionary(
            uniqueKeysWithValues: pairs.map { ($0.asset == asset ? $0.other : $0.asset, $0.decision) }
        )
        #expect(decisions == [accepted: .accepted, split: .split])
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func aDecisionIsAboutTheBytes(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        let asset = try await world.fingerprinted()
        let other = try await world.fingerprinted()
        try await world.match(asset, [other: World.evidence()])
        try await world.catalog.decide(.split, on: asset, and: other, by: "ann", of: world.tenant)
        _ = try await world.fingerprinted(generation: 2, asset: asset)
        try await world.match(asset, generation: 2, [other: World.evidence()])
        #expect(try await world.duplicates().map(\.decision) == [nil])
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func aDecisionOnTheSameBytesOrOnNobodyIsRefused(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        let digest = World.digest()
        let original = try await world.registered("probe", digest: digest)
        let copy = try await world.copy(of: original, digest: digest)
        for other in [copy, World.asset(), original] {
            do {
                try await world.catalog.decide(.split, on: original, and: other, by: "ann", of: world.tenant)
                Issue.record("it was taken")
            } catch {
                #expect(error.faultClass == "reject")
            }
        }
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func exactCopiesStandFirstAndRemovedAssetsNowhere(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        let digest = World.digest()
        let original = try await world.registered("probe", digest: digest)
        let copy = try await world.copy(of: original, digest: digest)
        let asset = try await world.fingerprinted()
        try await world.match(asset, [original: World.evidence()])
        #expect(try await world.duplicates(of: original).map(\.relation) == [.identical, .transcode])
        #expect(try await world.duplicates(of: copy) == [DuplicatePair(copy: copy, original: original)])
        try await world.ingest(copy, [.remove("0C")])
        #expect(try await world.duplicates().map(\.relation) == [.transcode])
        try await world.ingest(asset, [.remove("0C")])
        #expect(try await world.duplicates().isEmpty)
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func whatWasFoundInOlderBytesIsNotShown(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        let (asset, other) = (try await world.fingerprinted(), try await world.fingerprinted())
        try await world.match(other, [asset: World.evidence()])
        _ = try await world.fingerprinted(generation: 2, asset: asset)
        #expect(try await world.duplicates().isEmpty)
        try await world.match(asset, generation: 2, [:])
        #expect(try await world.duplicates().isEmpty)
    }
}
