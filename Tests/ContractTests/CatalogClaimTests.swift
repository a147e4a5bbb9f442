import Pipeline
import Testing

@Suite(.contract(.catalog)) struct CatalogClaimTests {
    private func outcome(_ world: CatalogWorld, _ run: RunKey, lease: Duration) async throws -> ClaimOutcome {
        try await world.catalog.claim(run, build: "test", lease: lease)
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func aRunThatIsAtWorkIsNotGivenToAnother(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        let run = world.run(try await world.registered("probe"), 1, "probe")
        guard case .granted(let claim) = try await outcome(world, run, lease: .seconds(60)) else {
            Issue.record("the first claim was not granted")
            return
        }
        #expect(try await outcome(world, run, lease: .seconds(60)) == .busy)
        try await world.catalog.advance(claim, progress: nil, lease: .zero)
        guard case .granted(let next) = try await outcome(world, run, lease: .seconds(60)) else {
            Issue.record("a claim that was not renewed held on")
            return
        }
        #expect(next.fence > claim.fence)
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func aRunThatWasPostponedIsFreeAtOnce(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        let run = world.run(try await world.registered("probe"), 1, "probe")
        guard case .granted(let claim) = try await outcome(world, run, lease: .seconds(60)) else { return }
        try await world.catalog.postpone(claim, fault: .retry("test"), counts: false)
        // Somebody may be about to renew it at that moment.
        try await world.catalog.advance(claim, progress: 0.5, lease: .seconds(60))
        let next = try await outcome(world, run, lease: .seconds(60))
        guard case .granted(let again) = next else {
            Issue.record("\(next)")
            return
        }
        #expect(again.attempt == 1)
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func aSequencerNeverGoesBack(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        let asset = try await world.registered("probe")
        try await world.ingest(asset, [.confirm("0C")])
        try await world.ingest(asset, [.confirm("0B00")])
        #expect(try await world.catalog.asset(asset, of: world.tenant)?.sequencer == "0C")
        try await world.ingest(asset, [.confirm("0c1")])
        #expect(try await world.catalog.asset(asset, of: world.tenant)?.sequencer == "0c1")
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func whatIsReadWhileItIsRemovedComesTooLate(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        let asset = try await world.registered("probe")
        try await world.ingest(asset, [.remove("0C")])
        let plan = try CatalogWorld.plan("probe")
        await #expect(throws: Fault.self) {
            try await world.register(world.registration(of: asset, generation: 2, plan: plan))
        }
        #expect(try await world.catalog.asset(asset, of: world.tenant)?.state == .removed)
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func anOriginalCanNotLeaveCopiesOfOtherBytes(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        let digest = CatalogWorld.digest()
        let original = try await world.registered("probe", digest: digest)
        let copy = CatalogWorld.asset()
        let plan = try CatalogWorld.plan("match")
        try await world.register(
            world.registration(of: copy, generation: 1, digest: digest, copyOf: original, plan: plan)
        )
        let fault = await #expect(throws: Fault.self) { try await world.ingest(original, [.remove("0C")]) }
        #expect(fault?.faultClass == "retry")
    }
}
