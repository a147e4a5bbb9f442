import Pipeline
import Postgres
import PostgresFixture
import Testing

@Suite struct PostgresPoolTests {
    private struct Stop: Error {}

    private func settings(connectionCount: Int = 1) async throws -> PostgresSettings {
        var settings = try await TestDatabase.make().settings
        settings.connectionCount = connectionCount
        return settings
    }

    private func count(_ pool: PostgresPool) async throws -> Int {
        try await pool.withConnection("test.count") { try await $0.query("SELECT a FROM t").rowCount }
    }

    @Test func aTransactionIsCommittedOrTakenBackAsAWhole() async throws {
        let pool = PostgresPool(try await settings())
        try await pool.withConnection("test.prepare") { _ = try await $0.script("CREATE TABLE t (a int)") }
        await #expect(throws: Fault.self) {
            try await pool.transaction("test.fail", tenant: "a") { connection in
                try await connection.query("INSERT INTO t VALUES (1)")
                throw Stop()
            }
        }
        #expect(try await count(pool) == 0)
        try await pool.transaction("test.commit", tenant: "a") { _ = try await $0.query("INSERT INTO t VALUES (1)") }
        #expect(try await count(pool) == 1)
    }

    @Test func aTransactionWhoseStatementFailedIsNeverTakenForCommitted() async throws {
        let pool = PostgresPool(try await settings())
        await #expect(throws: Fault.self) {
            try await pool.transaction("test.fail", tenant: "a") { _ = try? await $0.query("SELECT 1/0") }
        }
    }

    @Test func aTransactionHasItsTenantAndTheNextOneHasNot() async throws {
        let pool = PostgresPool(try await settings())
        let question = "SELECT current_setting('media.tenant', true) AS tenant"
        let inside = try await pool.transaction("test.tenant", tenant: "acme") { connection in
            try await connection.query(question).rows.first?.get("tenant", as: String.self)
        }
        let after = try await pool.withConnection("test.tenant") { connection in
            try await connection.query(question).rows.first?.getIfPresent("tenant", as: String.self)
        }
        #expect(inside == "acme")
        #expect(after != "acme")
    }

    @Test func aCancelledTransactionIsTakenBackAndItsConnectionUsedAgain() async throws {
        let pool = PostgresPool(try await settings())
        try await pool.withConnection("test.prepare") { _ = try await $0.script("CREATE TABLE t (a int)") }
        let task = Task {
            try await pool.transaction("test.cancel", tenant: "a") { connection in
                try await connection.query("INSERT INTO t VALUES (1)")
                try await connection.query("SELECT pg_sleep(20)")
            }
        }
        try await Task.sleep(for: .milliseconds(200))
        task.cancel()
        await #expect(throws: Fault.self) { _ = try await task.value }
        #expect(try await count(pool) == 0)
        #expect(pool.idleCount == 1)
    }

    @Test func aFaultPassesAsItIs() async throws {
        let pool = PostgresPool(try await settings())
        do {
            try await pool.withConnection("test.outer") { _ in throw Fault.reject("test.inner", "no") }
            Issue.record("no fault")
        } catch {
            #expect(error.operation == "test.inner")
        }
    }

    @Test func neverMoreConnectionsAreOpenThanAllowed() async throws {
        let pool = PostgresPool(try await settings(connectionCount: 2))
        let pids = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<10 {
                group.addTask {
                    try await pool.withConnection("test.pid") { connection in
                        let sql = "SELECT pg_backend_pid() AS pid, pg_sleep(0.01)::text"
                        return try await connection.query(sql).rows.first?.get("pid", as: Int.self) ?? 0
                    }
                }
            }
            return try await group.reduce(into: Set<Int>()) { $0.insert($1) }
        }
        #expect(pids.count == 2)
        #expect(pool.idleCount == 2)
    }

    @Test func whoWaitsTooLongMayTryAgain() async throws {
        var settings = try await settings()
        settings.waitLimit = .milliseconds(50)
        let pool = PostgresPool(settings)
        try await pool.withConnection("test.hold") { _ in
            do {
                try await pool.withConnection("test.wait") { _ in }
                Issue.record("two connections were lent")
            } catch {
                #expect((error as? Fault)?.verdict == .retry(after: nil))
            }
        }
    }

    @Test func aBrokenConnectionIsThrownAway() async throws {
        let settings = try await settings()
        let pool = PostgresPool(settings)
        let kill = "SELECT pg_terminate_backend(pg_backend_pid())"
        await #expect(throws: Fault.self) {
            try await pool.withConnection("test.kill") { _ = try await $0.query(kill) }
        }
        #expect(pool.idleCount == 0)
        try await pool.withConnection("test.again") { _ = try await $0.query("SELECT 1") }
    }

    @Test func aSessionThatEndedWhileItRestedIsReplaced() async throws {
        let database = try await TestDatabase.make()
        let pool = PostgresPool(database.settings)
        let pid = try await pool.withConnection("test.pid") { connection in
            try await connection.query("SELECT pg_backend_pid() AS pid").rows.first?.get("pid", as: Int64.self) ?? 0
        }
        try await database.administrator().query("SELECT pg_terminate_backend($1::int)", [.int64(pid)])
        try await Task.sleep(for: .milliseconds(200))
        try await pool.withConnection("test.again") { _ = try await $0.query("SELECT 1") }
    }

    @Test func whatNobodyUsesIsClosed() async throws {
        var settings = try await settings()
        settings.idleLimit = .milliseconds(50)
        let pool = PostgresPool(settings)
        try await pool.withConnection("test.use") { _ = try await $0.query("SELECT 1") }
        let deadline = ContinuousClock.now + .seconds(5)
        while pool.idleCount > 0 && ContinuousClock.now < deadline { try await Task.sleep(for: .milliseconds(10)) }
        #expect(pool.idleCount == 0)
    }
}
