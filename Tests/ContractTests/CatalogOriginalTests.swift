import Pipeline
import Testing

@Suite(.contract(.catalog)) struct CatalogOriginalTests {
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
        var copies: [AssetID] = []
        for _ in 0..<3 { copies.append(try await world.copy(of: original, digest: digest)) }
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
        var copies: [AssetID] = []
        for _ in 0..<2 { copies.append(try await world.copy(of: original, digest: digest)) }
        try await world.ingest(original, [.repointCopies(successor: copies[0]), .remove("0C")])
        #expect(try await world.catalog.original(of: digest, of: world.tenant)?.id == copies[0])
        #expect(try await world.catalog.asset(copies[0], of: world.tenant)?.copyOf == nil)
        #expect(try await world.catalog.copies(of: copies[0], of: world.tenant, atMost: 9).map(\.id) == [copies[1]])
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func ofTwoRegistrationsAtOnceTheLoserIsWrittenAsACopyWhenItTriesAgain(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        let digest = CatalogWorld.digest()
        let plan = try CatalogWorld.plan("probe")
        let rivals = [CatalogWorld.asset(), CatalogWorld.asset()]
        await withTaskGroup(of: Void.self) { group in
            for rival in rivals {
                let registration = world.registration(of: rival, digest: digest, plan: plan)
                group.addTask { try? await world.register(registration) }
            }
        }
        let winner = try #require(try await world.catalog.original(of: digest, of: world.tenant)).id
        let loser = try #require(rivals.first { $0 != winner })
        #expect(try await world.catalog.asset(loser, of: world.tenant) == nil)
        #expect(try await world.catalog.ledger(of: loser, generation: 1, of: world.tenant).isEmpty)
        try await world.register(world.registration(of: loser, digest: digest, copyOf: winner, plan: plan))
        #expect(try await world.catalog.copies(of: winner, of: world.tenant, atMost: 9).map(\.id) == [loser])
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func ofTheSameGenerationRegisteredAtOnceOneIsKept(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        let registration = world.registration(of: CatalogWorld.asset(), plan: try CatalogWorld.plan("probe"))
        let wins = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<2 {
                group.addTask {
                    do { try await world.register(registration) } catch {
                        #expect((error as? Fault)?.faultClass == "retry", "\(error)")
                        return 0
                    }
                    return 1
                }
            }
            return await group.reduce(0, +)
        }
        #expect(wins == 1)
        #expect(try await world.catalog.asset(registration.asset, of: world.tenant)?.generation == 1)
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func aCopyOfWhatIsNoOriginalAnyMoreIsARetryAndNothingIsWritten(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        let digest = CatalogWorld.digest()
        let removed = try await world.registered("probe")
        try await world.ingest(removed, [.remove("0C")])
        let failed = try await world.registered("probe")
        try await world.commit(world.claim(world.run(failed, 1, "probe")), completion: world.message("publish"))
        let publish = try await world.claim(world.run(failed, 1, "publish"))
        _ = try await world.catalog.fail(publish, fault: .reject("publish", "nothing"), completion: nil)
        let copy = try await world.copy(of: try await world.registered("probe", digest: digest), digest: digest)
        for original in [removed, failed, copy, CatalogWorld.asset()] {
            let plan = try CatalogWorld.plan("match")
            let late = world.registration(of: CatalogWorld.asset(), digest: digest, copyOf: original, plan: plan)
            await world.expectRetry { try await world.register(late) }
            #expect(try await world.catalog.asset(late.asset, of: world.tenant) == nil)
        }
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func theOriginalsPartIsPassedOnInAnyOrderAndNeverToTwo(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        let digest = CatalogWorld.digest()
        let original = try await world.registered("probe", digest: digest)
        let copy = try await world.copy(of: original, digest: digest)
        await world.expectRetry { try await world.ingest(original, [.repointCopies(successor: copy)]) }
        #expect(try await world.catalog.asset(copy, of: world.tenant)?.copyOf == original)
        let plan = try CatalogWorld.plan("probe")
        let promotion = world.registration(of: copy, generation: 2, digest: digest, plan: plan)
        try await world.ingest(original, [.repointCopies(successor: copy), .register(promotion), .remove("0C")])
        #expect(try await world.catalog.original(of: digest, of: world.tenant)?.id == copy)
    }

    @Test(arguments: CatalogUnderTest.allCases)
    func emptyFilesAreEachAnOriginalAndTheOldestIsTold(_ kind: CatalogUnderTest) async throws {
        let world = try await CatalogWorld(kind)
        let digest = CatalogWorld.digest()
        let assets = (0..<8).map { _ in CatalogWorld.asset() }
        let plan = try CatalogWorld.plan("probe")
        for asset in assets {
            try await world.register(world.registration(of: asset, digest: digest, byteCount: 0, plan: plan))
        }
        #expect(try await world.catalog.original(of: digest, of: world.tenant)?.id == assets[0])
    }
}
