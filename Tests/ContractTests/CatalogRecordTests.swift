import Pipeline
import Testing

@Suite(.contract(.catalog)) struct CatalogRecordTests {
    @Test(arguments: CatalogUnderTest.allCases)
    func whatIsRemovedLeavesOnlyThatItWasThereAndItsLedger(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        let asset = try await world.registered("transcribe")
        try await world.publish(asset, 1, of: "transcribe", Self.findings("gone tomorrow"))
        let ledger = try await world.catalog.ledger(of: asset, generation: 1, of: world.tenant)
        let before = try #require(try await world.catalog.asset(asset, of: world.tenant))
        try await world.ingest(asset, [.remove("0C")])
        let removed = Asset(
            id: asset,
            generation: 2,
            source: before.source,
            sequencer: "0C",
            state: .removed
        )
        #expect(try await world.catalog.asset(asset, of: world.tenant) == removed)
        try await Self.expectNothing(of: asset, generation: 1, in: world)
        #expect(try await world.catalog.search(Self.query(world)).isEmpty)
        #expect(try await world.catalog.ledger(of: asset, generation: 1, of: world.tenant) == ledger)
        #expect(ledger.map(\.state) == [.done, .done])
        #expect(try await world.catalog.original(of: before.source.digest, of: world.tenant) == nil)
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func theReasonGoesWithTheObjectAndOpenRunsAreStale(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        let asset = try await world.registered("probe", "scenes")
        try await world.commit(world.claim(world.run(asset, 1, "probe")), [.publish(.partial, reason: "no sound")])
        try await world.ingest(asset, [.remove(nil)])
        let known = try await world.catalog.asset(asset, of: world.tenant)
        #expect(known?.reason == nil)
        #expect(known?.sequencer == "0A")
        let ledger = try await world.catalog.ledger(of: asset, generation: 1, of: world.tenant)
        #expect(ledger.map(\.state) == [.done, .stale])
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func whatWasRemovedMayComeBackWithoutWhatWasFoundBefore(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        let digest = CatalogWorld.digest()
        let asset = try await world.registered("transcribe", digest: digest)
        try await world.publish(asset, 1, of: "transcribe", Self.findings("gone tomorrow"))
        try await world.ingest(asset, [.remove("0C")])
        let plan = try CatalogWorld.plan("transcribe")
        try await world.register(world.registration(of: asset, generation: 3, digest: digest, plan: plan))
        #expect(try await world.catalog.original(of: digest, of: world.tenant)?.id == asset)
        try await world.publish(asset, 3, of: "transcribe", [.moments([Moment(kind: .speech, text: "here")])])
        #expect(try await world.catalog.search(Self.query(world)).isEmpty)
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func publishingDropsWhatOlderGenerationsHeld(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        let asset = try await world.registered("transcribe")
        try await world.publish(asset, 1, of: "transcribe", Self.findings("old"))
        let plan = try CatalogWorld.plan("transcribe")
        try await world.register(world.registration(of: asset, generation: 2, plan: plan))
        #expect(try await world.catalog.asset(asset, of: world.tenant)?.facts == nil)
        #expect(try await world.catalog.search(Self.query(world)).map(\.text) == ["old"])
        try await world.publish(asset, 2, of: "transcribe", [.moments([Moment(kind: .speech, text: "new")])])
        try await Self.expectNothing(of: asset, generation: 1, in: world)
        // The new moment has the old one's key, and not its vector.
        #expect(try await world.catalog.search(Self.query(world)).isEmpty)
        let new = try await world.catalog.moments(of: asset, generation: 2, kinds: [.speech], of: world.tenant)
        #expect(new.map(\.moment.text) == ["new"])
        #expect(try await world.catalog.ledger(of: asset, generation: 1, of: world.tenant).count == 2)
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func aPublishThatFailsLeavesTheOlderGenerationShown(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        let asset = try await world.registered("transcribe")
        try await world.publish(asset, 1, of: "transcribe", Self.findings("old"))
        try await world.register(world.registration(of: asset, generation: 2, plan: try CatalogWorld.plan("probe")))
        try await world.commit(world.claim(world.run(asset, 2, "probe")), completion: world.message("publish"))
        let publish = try await world.claim(world.run(asset, 2, "publish"))
        _ = try await world.catalog.fail(publish, fault: .reject("publish", "nothing"), completion: nil)
        #expect(try await world.catalog.asset(asset, of: world.tenant)?.publishedGeneration == 1)
        #expect(try await world.catalog.search(Self.query(world)).map(\.text) == ["old"])
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func momentsComeBackAsTheyWereInOrderOfTime(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        let asset = try await world.registered("scenes", "transcribe", "readtext")
        let speech = Moment(
            kind: .speech,
            startMilliseconds: 500,
            endMilliseconds: 900,
            text: "naïve «quote» ✓",
            words: [TimedWord(text: "naïve", startMilliseconds: 500, endMilliseconds: 600, confidence: 0.1)],
            confidence: 0.9
        )
        let box = Box(x: 0.1, y: 0.2, width: 0.3, height: 0.4)
        let seen = [TimedWord(text: "EXIT", startMilliseconds: 100, endMilliseconds: 200, box: box)]
        let text = Moment(
            kind: .text,
            startMilliseconds: 100,
            endMilliseconds: 200,
            text: "EXIT",
            words: seen,
            box: box,
            page: 7
        )
        let shots = [
            Moment(kind: .shot, startMilliseconds: 500, endMilliseconds: 700),
            Moment(kind: .shot, endMilliseconds: 500),
        ]
        try await world.commit(world.claim(world.run(asset, 1, "transcribe")), [.moments([speech])])
        try await world.commit(world.claim(world.run(asset, 1, "readtext")), [.moments([text])])
        try await world.commit(world.claim(world.run(asset, 1, "scenes")), [.moments([speech]), .moments(shots)])
        let kinds = Set(MomentKind.allCases)
        let stored = try await world.catalog.moments(of: asset, generation: 1, kinds: kinds, of: world.tenant)
        #expect(stored.map(\.moment) == [shots[1], text, shots[0], speech])
        #expect(stored.first?.key == MomentKey(run: "scenes", ordinal: 1))
        let some = try await world.catalog.moments(of: asset, generation: 1, kinds: [.text], of: world.tenant)
        #expect(some.map(\.moment) == [text])
        #expect(try await world.catalog.moments(of: asset, generation: 2, kinds: kinds, of: world.tenant).isEmpty)
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func outputsComeBackAsTheyWereInOrderOfTime(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        let asset = try await world.registered("scenes")
        func keyframe(_ key: String, _ start: Int?) -> Output {
            Output(
                name: .keyframe,
                identity: CatalogWorld.digest(),
                key: key,
                contentType: "image/jpeg",
                startMilliseconds: start
            )
        }
        let late = keyframe("a", 2000)
        let early = keyframe("b", 1000)
        let whole = keyframe("c", nil)
        let captions = Output(
            name: .captions,
            identity: CatalogWorld.digest(),
            key: "d",
            contentType: "text/vtt"
        )
        let rows: [CatalogWrite] = [.outputs([captions]), .outputs([late, early, captions, whole])]
        try await world.commit(world.claim(world.run(asset, 1, "scenes")), rows)
        func outputs(_ name: OutputName) async throws -> [Output] {
            try await world.catalog.outputs(of: asset, generation: 1, names: [name], of: world.tenant)
        }
        #expect(try await outputs(.keyframe) == [whole, early, late])
        #expect(try await outputs(.captions) == [captions])
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func factsAndSequencersAreKept(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        let asset = try await world.registered("probe")
        let facts = AssetFacts(kind: .video, durationMilliseconds: 61_000, details: #"{"b": 1,"a":[1.50]}"#)
        try await world.commit(world.claim(world.run(asset, 1, "probe")), [.facts(facts)])
        try await world.ingest(asset, [.confirm("0F")])
        try await world.ingest(asset, [.confirm(nil)])
        let known = try await world.catalog.asset(asset, of: world.tenant)
        #expect(known?.facts == facts)
        #expect(known?.sequencer == "0F")
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func publishingShowsTheGenerationAndItsState(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        let asset = try await world.published(["one"])
        let first = try await world.catalog.asset(asset, of: world.tenant)
        #expect(first?.state == .complete)
        #expect(first?.publishedGeneration == 1)
        try await world.register(world.registration(of: asset, generation: 2, plan: try CatalogWorld.plan("probe")))
        let between = try await world.catalog.asset(asset, of: world.tenant)
        #expect(between?.state == .processing)
        #expect(between?.publishedGeneration == 1)
        let completion = world.message("publish")
        try await world.commit(world.claim(world.run(asset, 2, "probe")), completion: completion)
        let publish = try await world.claim(world.run(asset, 2, "publish"))
        try await world.commit(publish, [.publish(.partial, reason: "no sound")])
        let second = try await world.catalog.asset(asset, of: world.tenant)
        #expect(second?.state == .partial)
        #expect(second?.reason == "no sound")
        #expect(second?.publishedGeneration == 2)
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func statusesAreTheNewestFirstWithTheirLedgers(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        let old = try await world.registered("probe")
        let gone = try await world.registered("probe")
        let new = try await world.registered("probe", "match")
        try await world.ingest(gone, [.remove("0C")])
        let all = try await world.catalog.statuses(of: world.tenant, ids: nil, atMost: 9)
        #expect(all.map(\.asset.id) == [new, old])
        #expect(all.first?.runs.map(\.run.name) == ["probe", "match"])
        #expect(try await world.catalog.statuses(of: world.tenant, ids: nil, atMost: 1).map(\.asset.id) == [new])
        let asked = try await world.catalog.statuses(of: world.tenant, ids: [gone, CatalogWorld.asset()], atMost: 9)
        #expect(asked.map(\.asset.id) == [gone])
        #expect(asked.first?.asset.state == .removed)
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func statusesKeepTheOrderOfFirstRegistration(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        var assets: [AssetID] = []
        for _ in 0..<4 { assets.append(try await world.registered("probe")) }
        try await world.ingest(assets[1], [.remove("0C")])
        let plan = try CatalogWorld.plan("scenes")
        try await world.register(world.registration(of: assets[0], generation: 2, plan: plan))
        let all = try await world.catalog.statuses(of: world.tenant, ids: nil, atMost: 9)
        #expect(all.map(\.asset.id) == [assets[3], assets[2], assets[0]])
        #expect(all.last?.runs.map(\.run.name) == ["scenes"])
        let asked = try await world.catalog.statuses(of: world.tenant, ids: assets, atMost: 3)
        #expect(asked.map(\.asset.id) == [assets[3], assets[2], assets[1]])
        #expect(asked.last?.asset.state == .removed)
        #expect(try await world.catalog.statuses(of: world.tenant, ids: [], atMost: 9).isEmpty)
        try await world.register(world.registration(of: assets[1], generation: 3, plan: plan))
        let back = try await world.catalog.statuses(of: world.tenant, ids: nil, atMost: 9)
        #expect(back.map(\.asset.id) == assets.reversed())
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func anIDOfNoFormIsNotKnown(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        _ = try await world.published(["a harbour"])
        let odd: AssetID = "../nothing"
        #expect(try await world.catalog.asset(odd, of: world.tenant) == nil)
        #expect(try await world.catalog.copies(of: odd, of: world.tenant, atMost: 9).isEmpty)
        #expect(try await world.catalog.ledger(of: odd, generation: 1, of: world.tenant).isEmpty)
        #expect(try await world.catalog.moments(of: odd, generation: 1, kinds: [.speech], of: world.tenant).isEmpty)
        #expect(try await world.catalog.statuses(of: world.tenant, ids: [odd], atMost: 9).isEmpty)
        #expect(try await world.catalog.claim(world.run(odd, 1, "probe"), build: "test", lease: .zero) == .stale)
        let query = SearchQuery(tenant: world.tenant, text: "harbour", asset: odd)
        #expect(try await world.catalog.search(query).isEmpty)
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func aTenantSeesNothingOfAnother(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        let digest = CatalogWorld.digest()
        let asset = try await world.published(["mine alone"], axes: [3], digest: digest)
        let other: Tenant = "somebody else"
        #expect(try await world.catalog.asset(asset, of: other) == nil)
        #expect(try await world.catalog.original(of: digest, of: other) == nil)
        #expect(try await world.catalog.ledger(of: asset, generation: 1, of: other).isEmpty)
        #expect(try await world.catalog.moments(of: asset, generation: 1, kinds: [.speech], of: other).isEmpty)
        #expect(try await world.catalog.statuses(of: other, ids: [asset], atMost: 9).isEmpty)
        let query = SearchQuery(tenant: other, text: "mine", vector: CatalogWorld.vector(3), model: CatalogWorld.model)
        #expect(try await world.catalog.search(query).isEmpty)
    }

    /// One of everything that a generation holds.
    private static func findings(_ text: String) -> [CatalogWrite] {
        let key = MomentKey(run: "transcribe", ordinal: 0)
        return [
            .facts(AssetFacts(kind: .audio, durationMilliseconds: 900, details: "{}")),
            .moments([Moment(kind: .speech, endMilliseconds: 900, text: text)]),
            .vectors(model: CatalogWorld.model, [MomentVector(moment: key, values: CatalogWorld.vector(7))]),
            .outputs([Output(name: .captions, identity: "00", key: "k", contentType: "text/vtt")]),
        ]
    }

    /// A question that meaning alone answers.
    private static func query(_ world: CatalogWorld) -> SearchQuery {
        SearchQuery(tenant: world.tenant, text: "", vector: CatalogWorld.vector(7), model: CatalogWorld.model)
    }

    private static func expectNothing(of asset: AssetID, generation: Int, in world: CatalogWorld) async throws {
        let kinds = Set(MomentKind.allCases)
        let catalog = world.catalog
        #expect(try await catalog.moments(of: asset, generation: generation, kinds: kinds, of: world.tenant).isEmpty)
        let names = Set(OutputName.allCases)
        #expect(try await catalog.outputs(of: asset, generation: generation, names: names, of: world.tenant).isEmpty)
    }
}
