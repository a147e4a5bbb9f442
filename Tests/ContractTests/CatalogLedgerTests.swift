import Pipeline
import Testing

@Suite(.contract(.catalog)) struct CatalogLedgerTests {
    @Test(arguments: CatalogUnderTest.allCases)
    func aRegisteredGenerationIsCurrentAndItsRunsArePendingInPlanOrder(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        let asset = CatalogWorld.asset()
        let plan = try Plan([PlannedRun("scenes"), PlannedRun("readtext", after: "scenes"), PlannedRun("embed")])
        let registration = world.registration(of: asset, plan: plan)
        try await world.register(registration)
        let known = try #require(try await world.catalog.asset(asset, of: world.tenant))
        #expect(known.generation == 1)
        #expect(known.state == .processing)
        #expect(known.source == registration.source)
        #expect(known.sequencer == "0A")
        #expect(known.publishedGeneration == nil)
        let ledger = try await world.catalog.ledger(of: asset, generation: 1, of: world.tenant)
        #expect(ledger.map(\.run) == plan.runs)
        #expect(ledger.allSatisfy { $0.state == .pending && $0.attempts == 0 })
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func aGenerationThatIsNotTheNextIsARetryAndNothingIsWritten(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        let asset = try await world.registered("probe")
        for generation in [1, 3] {
            let registration = world.registration(
                of: asset,
                generation: generation,
                plan: try CatalogWorld.plan("embed")
            )
            await world.expectRetry { try await world.register(registration) }
        }
        let first = world.registration(of: CatalogWorld.asset(), generation: 2, plan: try CatalogWorld.plan("probe"))
        await world.expectRetry { try await world.register(first) }
        #expect(try await world.catalog.asset(asset, of: world.tenant)?.generation == 1)
        #expect(try await world.catalog.asset(first.asset, of: world.tenant) == nil)
        #expect(try await world.catalog.ledger(of: asset, generation: 1, of: world.tenant).map(\.run.name) == ["probe"])
    }

    /// powertools-lambda-python#1038, #8049.
    @Test(arguments: CatalogUnderTest.allCases)
    func eachClaimTakesTheRunOverWithAHigherFence(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        let run = world.run(try await world.registered("probe"), 1, "probe")
        let first = try await world.claim(run)
        let second = try await world.claim(run)
        #expect(first == Claim(run: run, fence: 1, attempt: 1))
        #expect(second == Claim(run: run, fence: 2, attempt: 2, isAfterCrash: true))
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func claimsAtOnceHaveAFenceEach(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        let planned = world.run(try await world.registered("probe"), 1, "probe")
        let first = world.run(CatalogWorld.asset(), 0, RunName("ingest", part: "0A"))
        for run in [planned, first] {
            let fences = try await withThrowingTaskGroup(of: Int64.self) { group in
                for _ in 0..<8 { group.addTask { try await world.claim(run).fence } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(fences.sorted() == Array(1...8))
        }
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func aRunThatHasEndedIsClosed(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        let asset = try await world.registered("probe", "embed")
        for (name, isEmpty) in [(RunName("probe"), false), (RunName("embed"), true)] {
            let run = world.run(asset, 1, name)
            try await world.commit(world.claim(run), isEmpty: isEmpty)
            #expect(try await world.catalog.claim(run, build: "test", lease: .zero) == .closed)
        }
        let ledger = try await world.catalog.ledger(of: asset, generation: 1, of: world.tenant)
        #expect(ledger.map(\.state) == [.done, .empty])
        #expect(ledger.map(\.progress) == [1, 1])
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func whatIsNotPlannedOrNotCurrentOrGoneIsStale(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        let asset = try await world.registered("probe")
        func outcome(_ asset: AssetID, _ generation: Int, _ name: RunName) async throws -> ClaimOutcome {
            try await world.catalog.claim(world.run(asset, generation, name), build: "test", lease: .zero)
        }
        #expect(try await outcome(asset, 1, "embed") == .stale)
        #expect(try await outcome(CatalogWorld.asset(), 1, "probe") == .stale)
        try await world.register(world.registration(of: asset, generation: 2, plan: try CatalogWorld.plan("probe")))
        #expect(try await outcome(asset, 1, "probe") == .stale)
        try await world.ingest(asset, [.remove("0B")])
        #expect(try await outcome(asset, 2, "probe") == .stale)
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func aClaimThatWasTakenOverWritesNothing(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        let asset = try await world.registered("probe")
        let run = world.run(asset, 1, "probe")
        let old = try await world.claim(run)
        let new = try await world.claim(run)
        let message = world.message()
        await world.expectRetry {
            try await world.commit(old, [.moments([Moment(kind: .shot)])], messages: [message])
        }
        let fault = Fault.reject("test", "old")
        #expect(try await world.catalog.fail(old, fault: fault, completion: message).isEmpty)
        try await world.catalog.postpone(old, fault: fault, counts: false)
        try await world.catalog.advance(old, progress: 0.5, lease: .zero)
        let row = try #require(try await world.catalog.ledger(of: asset, generation: 1, of: world.tenant).first)
        #expect(row.state == .running)
        #expect(row.attempts == 2)
        #expect(row.progress == nil)
        #expect(row.reason == nil)
        let kinds = Set(MomentKind.allCases)
        #expect(try await world.catalog.moments(of: asset, generation: 1, kinds: kinds, of: world.tenant).isEmpty)
        #expect(try await !world.catalog.unsent(to: ["probe"], olderThan: .zero, atMost: 10_000).contains(message))
        try await world.commit(new)
        await world.expectRetry { try await world.commit(new) }
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func anAttemptThatDoesNotCountIsGivenBack(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        let asset = try await world.registered("probe")
        let run = world.run(asset, 1, "probe")
        let fault = Fault.retry("test.step")
        try await world.catalog.postpone(world.claim(run), fault: fault, counts: true)
        try await world.catalog.postpone(world.claim(run), fault: fault, counts: false)
        let postponed = try await world.catalog.ledger(of: asset, generation: 1, of: world.tenant).first
        #expect(postponed?.attempts == 1)
        #expect(postponed?.state == .running)
        let claim = try await world.claim(run)
        #expect(claim.attempt == 2)
        #expect(claim.fence == 3)
        let row = try await world.catalog.ledger(of: asset, generation: 1, of: world.tenant).first
        #expect(row?.reason == fault.description)
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func theReasonOfARunThatEndedWellIsItsNote(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        let asset = try await world.registered("probe", "scenes", "transcribe")
        func commit(_ name: RunName, isEmpty: Bool = false, note: String?) async throws {
            let run = world.run(asset, 1, name)
            try await world.catalog.postpone(world.claim(run), fault: .retry("test.step"), counts: true)
            try await world.commit(world.claim(run), isEmpty: isEmpty, note: note)
        }
        try await commit("probe", note: nil)
        try await commit("scenes", note: "cut short")
        try await commit("transcribe", isEmpty: true, note: "no sound")
        let ledger = try await world.catalog.ledger(of: asset, generation: 1, of: world.tenant)
        #expect(ledger.map(\.state) == [.done, .done, .empty])
        #expect(ledger.map(\.reason) == [nil, "cut short", "no sound"])
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func progressIsShown(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        let asset = try await world.registered("probe")
        try await world.catalog.advance(world.claim(world.run(asset, 1, "probe")), progress: 0.25, lease: .zero)
        let row = try await world.catalog.ledger(of: asset, generation: 1, of: world.tenant).first
        #expect(row?.progress == 0.25)
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func theCommitThatClosesTheLedgerSendsTheCompletionOnce(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        let asset = try await world.registered("scenes", "transcribe")
        let completion = world.message("publish")
        let scenes = try await world.claim(world.run(asset, 1, "scenes"))
        let more = try CatalogWorld.plan("readtext")
        #expect(try await world.commit(scenes, [.plan(more)], completion: completion).isEmpty)
        let transcribe = try await world.claim(world.run(asset, 1, "transcribe"))
        #expect(try await world.commit(transcribe, completion: completion).isEmpty)
        let last = try await world.claim(world.run(asset, 1, "readtext"))
        let message = world.message()
        #expect(try await world.commit(last, messages: [message], completion: completion) == [message, completion])
        let publish = try await world.claim(world.run(asset, 1, "publish"))
        #expect(try await world.commit(publish, completion: world.message()).isEmpty)
        let ledger = try await world.catalog.ledger(of: asset, generation: 1, of: world.tenant)
        #expect(ledger.map(\.run.name) == ["scenes", "transcribe", "readtext", "publish"])
        let both = [message, completion]
        #expect(try await world.unsent(of: both, until: both) == both)
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func aRemovedAssetHasNoCompletion(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        let asset = try await world.registered("probe")
        let probe = try await world.claim(world.run(asset, 1, "probe"))
        #expect(try await world.commit(probe, [.remove(nil)], completion: world.message("publish")).isEmpty)
        let ledger = try await world.catalog.ledger(of: asset, generation: 1, of: world.tenant)
        #expect(ledger.map(\.state) == [.done])
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func ofCommitsAtOnceOneIsTheLast(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        let names = (0..<8).map { RunName("embed", part: "\($0)") }
        let asset = CatalogWorld.asset()
        try await world.register(world.registration(of: asset, plan: Plan(names.map { PlannedRun($0) })))
        let sent = try await withThrowingTaskGroup(of: Int.self) { group in
            for name in names {
                group.addTask {
                    let claim = try await world.claim(world.run(asset, 1, name))
                    return try await world.commit(claim, completion: world.message("publish")).count
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(sent == 1)
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func aRunThatFailsForGoodSkipsAllThatWaitForIt(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        let asset = CatalogWorld.asset()
        let plan = try Plan([
            PlannedRun("scenes"), PlannedRun("readtext", after: "scenes"), PlannedRun("embed", after: "readtext"),
            PlannedRun("transcribe"),
        ])
        try await world.register(world.registration(of: asset, plan: plan))
        let completion = world.message("publish")
        let fault = Fault.reject("scenes.decode", "no picture can be read")
        let scenes = try await world.claim(world.run(asset, 1, "scenes"))
        #expect(try await world.catalog.fail(scenes, fault: fault, completion: completion).isEmpty)
        let transcribe = try await world.claim(world.run(asset, 1, "transcribe"))
        #expect(try await world.commit(transcribe, completion: completion) == [completion])
        let ledger = try await world.catalog.ledger(of: asset, generation: 1, of: world.tenant)
        #expect(ledger.map(\.state) == [.failed, .skipped, .skipped, .done, .pending])
        #expect(ledger.first?.reason == fault.description)
        #expect(ledger.dropFirst().first?.reason == "scenes has failed")
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func aFailureMayCloseTheLedgerAndAFailedPublishFailsTheAsset(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        let asset = try await world.registered("probe")
        let completion = world.message("publish")
        let fault = Fault.reject("probe.open", "not a media file")
        let probe = try await world.claim(world.run(asset, 1, "probe"))
        #expect(try await world.catalog.fail(probe, fault: fault, completion: completion) == [completion])
        #expect(try await world.catalog.asset(asset, of: world.tenant)?.state == .processing)
        let publish = try await world.claim(world.run(asset, 1, "publish"))
        #expect(try await world.catalog.fail(publish, fault: fault, completion: completion).isEmpty)
        let known = try await world.catalog.asset(asset, of: world.tenant)
        #expect(known?.state == .failed)
        #expect(known?.reason == fault.description)
        #expect(known?.publishedGeneration == nil)
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func aNewerGenerationMakesOpenRunsStale(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        let asset = try await world.registered("probe")
        let late = try await world.claim(world.run(asset, 1, "probe"))
        try await world.register(world.registration(of: asset, generation: 2, plan: try CatalogWorld.plan("probe")))
        await world.expectRetry { try await world.commit(late, [.moments([Moment(kind: .shot)])]) }
        #expect(try await world.catalog.ledger(of: asset, generation: 1, of: world.tenant).map(\.state) == [.stale])
        #expect(try await world.catalog.ledger(of: asset, generation: 2, of: world.tenant).map(\.state) == [.pending])
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func messagesLeaveTheOutboxOnceSentTheOldestFirst(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        let asset = try await world.registered("probe")
        let messages = (0..<3).map { _ in world.message() }
        try await world.commit(world.claim(world.run(asset, 1, "probe")), messages: messages)
        #expect(try await world.unsent(of: messages, until: messages) == messages)
        try await world.catalog.markSent([messages[0].id, messages[2].id])
        #expect(try await world.unsent(of: messages, until: [messages[1]]) == [messages[1]])
        #expect(try await world.catalog.unsent(to: ["probe"], olderThan: .zero, atMost: 0).isEmpty)
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func aSweepLeavesMessagesToOtherStages(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        let asset = try await world.registered("probe")
        let messages = [world.message("probe"), world.message("scenes")]
        try await world.commit(world.claim(world.run(asset, 1, "probe")), messages: messages)
        let swept = try await world.catalog.unsent(to: ["scenes"], olderThan: .zero, atMost: 10_000)
        #expect(!swept.contains(messages[0]))
        #expect(try await world.unsent(of: messages, until: messages) == messages)
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func aMessageThatIsCommittedTwiceIsInTheOutboxOnce(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        let asset = try await world.registered("probe", "scenes")
        let message = world.message()
        for name in [RunName("probe"), "scenes"] {
            let claim = try await world.claim(world.run(asset, 1, name))
            #expect(try await world.commit(claim, messages: [message]) == [message])
        }
        #expect(try await world.unsent(of: [message], until: [message]) == [message])
    }
}
