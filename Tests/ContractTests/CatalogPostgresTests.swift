import Foundation
import Pipeline
import Postgres
import Testing

/// What the catalog in PostgreSQL owes beyond the contract.
@Suite struct CatalogPostgresTests {
    private func count(_ sql: String, as tenant: Tenant) async throws -> Int {
        try await CatalogUnderTest.pool.value.transaction("test.count", tenant: tenant) { connection in
            try await connection.query(sql).rowCount
        }
    }

    @Test(arguments: [
        "assets", "stage_runs", "outputs", "moments", "vectors", "duplicates", "costs", "audit", "fingerprints",
        "fingerprint_terms", "sound_fingerprints", "sound_terms", "near_duplicates", "duplicate_decisions",
    ])
    func rowsOfAnotherTenantAreNeitherSeenNorWritten(_ table: String) async throws {
        let world = try await CatalogWorld(.postgres)
        let asset = try await world.published(["mine"], axes: [1])
        let output = Output(name: .captions, identity: "00", key: "k", contentType: "text/vtt")
        let usage = ModelUsage(model: CatalogWorld.model, requestCount: 1, units: 2.5)
        try await world.ingest(
            asset,
            [
                .outputs([output]), .duplicate(of: CatalogWorld.asset(), relation: .identical), .usage(usage),
                .fingerprints(CatalogWorld.frames(1...2)), .fingerprints(CatalogWorld.sound(1...50)),
            ]
        )
        let other = try await world.fingerprinted()
        try await world.match(other, [asset: CatalogWorld.evidence()])
        try await world.catalog.decide(.split, on: asset, and: other, by: "ann", of: world.tenant)
        #expect(try await count("SELECT tenant FROM \(table)", as: world.tenant) > 0)
        #expect(try await count("SELECT tenant FROM \(table) WHERE tenant = '\(world.tenant)'", as: "other") == 0)
        let pool = try await CatalogUnderTest.pool.value
        let unbound = try await pool.withConnection("test.unbound") { connection in
            try await connection.query("SELECT tenant FROM \(table)").rowCount
        }
        #expect(unbound == 0)
        do {
            try await pool.transaction("test.steal", tenant: world.tenant) { connection in
                _ = try await connection.query("UPDATE \(table) SET tenant = 'other'")
            }
            Issue.record("a row was given to another tenant")
        } catch {
            #expect((error.underlying as? PostgresError)?.sqlState == "42501")
        }
    }

    @Test func theVectorsOfOneModelHideOtherTenantsToo() async throws {
        let world = try await CatalogWorld(.postgres)
        _ = try await world.published(["mine"], axes: [1])
        let sql = """
            SELECT 'SELECT tenant FROM ' || inhrelid::regclass AS question FROM pg_inherits
            WHERE inhparent = 'vectors'::regclass
            """
        let pool = try await CatalogUnderTest.pool.value
        let questions = try await pool.withConnection("test.partitions") { connection in
            try await connection.query(sql).rows.map { try $0.get("question", as: String.self) }
        }
        #expect(!questions.isEmpty)
        for question in questions { #expect(try await count(question, as: "nobody") == 0) }
    }

    @Test func theAuditTrailIsAChainThatIsOnlyAddedTo() async throws {
        let world = try await CatalogWorld(.postgres)
        let asset = try await world.published(["one"])
        _ = try await world.published(["two"])
        let entries = try await CatalogUnderTest.pool.value.transaction("test.audit", tenant: world.tenant) {
            connection in
            try await connection.query(
                """
                SELECT number, stage, state, writes, previous, hash, audit_hash(audit) = hash AS holds
                FROM audit ORDER BY number
                """
            ).rows
        }
        #expect(entries.count == 6)
        #expect(try entries.map { try $0.get("number") } == Array(1...6))
        #expect(try entries.allSatisfy { try $0.get("holds") })
        #expect(try entries[1].get("writes") == ["moments", "vectors"])
        #expect(try entries[0].get("previous") == [] as [UInt8])
        for (before, after) in zip(entries, entries.dropFirst()) {
            #expect(try before.get("hash", as: [UInt8].self) == after.get("previous", as: [UInt8].self))
        }
        for change in ["UPDATE audit SET state = 'failed'", "DELETE FROM audit", "TRUNCATE audit"] {
            await #expect(throws: Fault.self) { _ = try await count(change, as: world.tenant) }
        }
        _ = asset
    }

    @Test func whatIsPublishedReplacesWhatOlderGenerationsHeld() async throws {
        let world = try await CatalogWorld(.postgres)
        let asset = try await world.published(["old"], axes: [1])
        try await world.register(
            world.registration(of: asset, generation: 2, plan: try CatalogWorld.plan("transcribe"))
        )
        let completion = world.message("publish")
        let claim = try await world.claim(world.run(asset, 2, "transcribe"))
        try await world.commit(claim, [.moments([Moment(kind: .speech, text: "new")])], completion: completion)
        #expect(try await count("SELECT 1 FROM moments WHERE generation = 1", as: world.tenant) == 1)
        try await world.commit(world.claim(world.run(asset, 2, "publish")), [.publish(.complete, reason: nil)])
        #expect(try await count("SELECT 1 FROM moments WHERE generation = 1", as: world.tenant) == 0)
        #expect(try await count("SELECT 1 FROM vectors WHERE generation = 1", as: world.tenant) == 0)
        #expect(try await count("SELECT 1 FROM moments", as: world.tenant) == 1)
    }

    @Test func matchedWordsAreMarkedInAnyOfTheirForms() async throws {
        let world = try await CatalogWorld(.postgres)
        _ = try await world.published(["two ships are sailing by", "a harbour"])
        func search(_ text: String) async throws -> [SearchHit] {
            try await world.catalog.search(SearchQuery(tenant: world.tenant, text: text))
        }
        let hit = try #require(try await search("sail ship").first)
        #expect(hit.text == "two «ships» are «sailing» by")
        #expect(try await search(#""ships sailing""#).isEmpty)
        #expect(try await search("sail -harbour").count == 1)
        #expect(try await search("sail -two").isEmpty)
        #expect(try await search("sail -ship").isEmpty)
        #expect(try await search("sail -the").count == 1)
        #expect(try await search("sail or harbour").count == 2)
    }

    @Test func aFewRowsAmongManyNearerOnesOfOthersAreFound() async throws {
        let crowd = try await CatalogWorld(.postgres)
        let texts = (0..<1500).map { "crowd \($0)" }
        _ = try await crowd.published(texts, axes: texts.map { _ in 300 })
        let world = try await CatalogWorld(.postgres)
        let asset = try await world.published(["one", "two", "three"], axes: [300, 300, 300])
        let query = SearchQuery(
            tenant: world.tenant,
            text: "",
            vector: CatalogWorld.vector(300, leaning: 0.2),
            model: CatalogWorld.model
        )
        let hits = try await world.catalog.search(query)
        #expect(hits.map(\.asset) == [asset, asset, asset])
    }

    @Test func aVectorOfAnotherLengthIsRefused() async throws {
        let world = try await CatalogWorld(.postgres)
        let asset = try await world.registered("embed")
        let vector = MomentVector(moment: MomentKey(run: "embed", ordinal: 0), values: [1, 0])
        let claim = try await world.claim(world.run(asset, 1, "embed"))
        do {
            try await world.commit(claim, [.vectors(model: CatalogWorld.model, [vector])])
            Issue.record("a vector of two numbers was stored")
        } catch {
            #expect((error as? Fault)?.faultClass == "reject")
        }
    }

    @Test func aNULInATextIsLeftOut() async throws {
        let world = try await CatalogWorld(.postgres)
        let asset = try await world.published(["a\0b"])
        let stored = try await world.catalog.moments(of: asset, generation: 1, kinds: [.speech], of: world.tenant)
        #expect(stored.map(\.moment.text) == ["ab"])
        #expect(try await world.catalog.search(SearchQuery(tenant: world.tenant, text: "a\0b")).isEmpty)
    }

    @Test func theLedgerTellsHowLongAnAttemptTook() async throws {
        let world = try await CatalogWorld(.postgres)
        let asset = try await world.registered("probe", "embed")
        let claim = try await world.claim(world.run(asset, 1, "probe"))
        try await Task.sleep(for: .milliseconds(50))
        try await world.commit(claim)
        try await Task.sleep(for: .milliseconds(100))
        let ledger = try await world.catalog.ledger(of: asset, generation: 1, of: world.tenant)
        let elapsed = try #require(ledger.first?.elapsedMilliseconds)
        #expect(elapsed >= 50)
        #expect(try await world.catalog.ledger(of: asset, generation: 1, of: world.tenant) == ledger)
        #expect(ledger.last?.elapsedMilliseconds == nil)
    }

    @Test func messagesYoungerThanAskedForStay() async throws {
        let world = try await CatalogWorld(.postgres)
        let message = world.message()
        let asset = try await world.registered("probe")
        try await world.commit(world.claim(world.run(asset, 1, "probe")), messages: [message])
        #expect(
            try await !world.catalog.unsent(to: ["probe"], olderThan: .seconds(60), atMost: 10_000).contains(message)
        )
        #expect(try await world.unsent(of: [message], until: [message]) == [message])
    }
}
