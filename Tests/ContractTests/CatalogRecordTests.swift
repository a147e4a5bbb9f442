import Pipeline
import Testing

@Suite struct CatalogRecordTests {
    @Test(arguments: CatalogUnderTest.allCases)
    func theSameBytesHaveOneOriginalAndTheOthersAreItsCopies(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        let digest = CatalogWorld.digest()
        let original = try await world.registered("probe", digest: digest)
        let plan = try CatalogWorld.plan("match")
        let rival = world.registration(of: CatalogWorld.asset(), digest: digest, plan: plan)
        await world.expectRetry { try await world.register(rival) }
        #expect(try await world.catalog.asset(rival.asset, of: world.tenant) == nil)
        #expect(try await world.catalog.original(of: digest, of: world.tenant)?.id == original)
        let copies = [CatalogWorld.asset(), CatalogWorld.asset(), CatalogWorld.asset()]
        for copy in copies {
            try await world.register(
                world.registration(of: copy, digest: digest, copyOf: original, plan: plan)
            )
        }
        #expect(try await world.catalog.copies(of: original, of: world.tenant, atMost: 9).map(\.id) == copies)
        #expect(
            try await world.catalog.copies(of: original, of: world.tenant, atMost: 2).map(\.id) == [
                copies[0], copies[1],
            ]
        )
        #expect(try await world.catalog.asset(copies[0], of: world.tenant)?.copyOf == original)
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func ofOriginalsRegisteredAtOnceOneIsKept(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        let digest = CatalogWorld.digest()
        let plan = try CatalogWorld.plan("probe")
        let outcomes = await withTaskGroup(of: String?.self) { group in
            for _ in 0..<4 {
                let registration = world.registration(of: CatalogWorld.asset(), digest: digest, plan: plan)
                group.addTask {
                    do { try await world.register(registration) } catch {
                        return (error as? Fault)?.faultClass ?? "other"
                    }
                    return nil
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.filter { $0 == nil }.count == 1)
        #expect(outcomes.filter { $0 == "retry" }.count == 3)
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func whenTheOriginalGoesACopyTakesItsPlace(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        let digest = CatalogWorld.digest()
        let original = try await world.registered("probe", digest: digest)
        let plan = try CatalogWorld.plan("match")
        let copies = [CatalogWorld.asset(), CatalogWorld.asset()]
        for copy in copies {
            try await world.register(
                world.registration(of: copy, digest: digest, copyOf: original, plan: plan)
            )
        }
        try await world.ingest(original, [.repointCopies(successor: copies[0]), .remove("0C")])
        #expect(try await world.catalog.original(of: digest, of: world.tenant)?.id == copies[0])
        #expect(try await world.catalog.asset(copies[0], of: world.tenant)?.copyOf == nil)
        #expect(try await world.catalog.copies(of: copies[0], of: world.tenant, atMost: 9).map(\.id) == [copies[1]])
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func whatIsRemovedLeavesOnlyThatItWasThereAndMayComeBack(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        let digest = CatalogWorld.digest()
        let asset = try await world.published(["gone tomorrow"], digest: digest)
        try await world.ingest(asset, [.remove("0C")])
        let known = try #require(try await world.catalog.asset(asset, of: world.tenant))
        #expect(known.state == .removed)
        #expect(known.sequencer == "0C")
        #expect(try await world.catalog.original(of: digest, of: world.tenant) == nil)
        let moments = try await world.catalog.moments(of: asset, generation: 1, kinds: [.speech], of: world.tenant)
        #expect(moments.isEmpty)
        #expect(try await world.catalog.search(SearchQuery(tenant: world.tenant, text: "tomorrow")).isEmpty)
        let again = world.registration(of: asset, generation: 2, digest: digest, plan: try CatalogWorld.plan("probe"))
        try await world.register(again)
        #expect(try await world.catalog.original(of: digest, of: world.tenant)?.id == asset)
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
        let text = Moment(kind: .text, startMilliseconds: 100, endMilliseconds: 200, text: "EXIT", box: box)
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
            try await world.catalog.outputs(of: asset, generation: 1, name: name, of: world.tenant)
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
    func anIDOfNoFormIsNotKnown(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        _ = try await world.published(["a harbour"])
        let odd: AssetID = "../nothing"
        #expect(try await world.catalog.asset(odd, of: world.tenant) == nil)
        #expect(try await world.catalog.copies(of: odd, of: world.tenant, atMost: 9).isEmpty)
        #expect(try await world.catalog.ledger(of: odd, generation: 1, of: world.tenant).isEmpty)
        #expect(try await world.catalog.moments(of: odd, generation: 1, kinds: [.speech], of: world.tenant).isEmpty)
        #expect(try await world.catalog.statuses(of: world.tenant, ids: [odd], atMost: 9).isEmpty)
        #expect(try await world.catalog.claim(world.run(odd, 1, "probe"), build: "test") == .stale)
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
}
