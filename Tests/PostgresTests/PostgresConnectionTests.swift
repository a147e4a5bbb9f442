import FoundationEssentials
import Pipeline
import Postgres
import PostgresFixture
import Testing

@Suite struct PostgresConnectionTests {
    private func connection() async throws -> PostgresConnection {
        try await PostgresConnection.connect(TestDatabase.make().settings)
    }

    private func sqlState(_ work: () async throws -> Void) async -> String? {
        do { try await work() } catch { return (error as? PostgresError)?.sqlState }
        return nil
    }

    @Test func valuesComeBackAsTheyWere() async throws {
        let connection = try await connection()
        let id = UUID()
        let row = try #require(
            await connection.query(
                """
                SELECT $1::text AS text, $2 AS int8, $3 AS double, $4 AS truth, $5 AS bytes, $6 AS id, $7 AS texts,
                    $8 AS numbers, $9::text AS nothing, $10::text AS empty, $11 AS no_bytes, $12 AS no_texts,
                    7::int2 AS int2, -7::int4 AS int4, 0.5::float4 AS float4, '{"a": 1}'::jsonb AS jsonb
                """,
                [
                    .text("naïve ✓"), .int64(.min), .double(-0.1), .bool(true), .bytes([0, 255]), .uuid(id),
                    .textArray(["a", "", "ü"]), .int64Array([1, -2]), .null, .text(""), .bytes([]), .textArray([]),
                ]
            ).rows.first
        )
        #expect(try row.get("text") == "naïve ✓")
        #expect(try row.get("int8") == Int64.min)
        #expect(try row.get("double") == -0.1)
        #expect(try row.get("truth") == true)
        #expect(try row.get("bytes") == [0, 255] as [UInt8])
        #expect(try row.get("id") == id)
        #expect(try row.get("id") == id.uuidString.lowercased())
        #expect(try row.get("texts") == ["a", "", "ü"])
        #expect(try row.get("numbers") == [1, -2] as [Int64])
        #expect(try row.getIfPresent("nothing", as: String.self) == nil)
        #expect(try row.get("empty") == "")
        #expect(try row.get("no_bytes") == [] as [UInt8])
        #expect(try row.get("no_texts") == [] as [String])
        #expect(try row.get("int2") == 7)
        #expect(try row.get("int4") == -7)
        #expect(try row.get("float4") == 0.5)
        #expect(try row.get("jsonb") == #"{"a": 1}"#)
    }

    @Test func aCellIsReadAsItsOwnTypeAlone() async throws {
        let rows = try await connection().query("SELECT 1 AS number, NULL::text AS nothing, now() AS time").rows
        let row = try #require(rows.first)
        #expect(await sqlState { _ = try row.get("number", as: String.self) } == "42804")
        #expect(await sqlState { _ = try row.get("nothing", as: String.self) } == "22004")
        #expect(await sqlState { _ = try row.get("time", as: String.self) } == "42804")
        #expect(await sqlState { _ = try row.get("missing", as: String.self) } == "42703")
    }

    @Test func anErrorHasItsCodeAndStatementAndLeavesTheSessionUsable() async throws {
        let connection = try await connection()
        try await connection.script("CREATE TABLE t (a text CONSTRAINT only_once UNIQUE)")
        try await connection.query("INSERT INTO t VALUES ($1)", [.text("x")])
        do {
            try await connection.query("INSERT INTO t VALUES ($1)", [.text("x")])
            Issue.record("the second insert succeeded")
        } catch {
            #expect(error.isUniqueViolation)
            #expect(error.constraint == "only_once")
            #expect(error.statement == "INSERT INTO t VALUES ($1)")
        }
        #expect(await sqlState { try await connection.query("SELEKT") } == "42601")
        #expect(await connection.isIdle)
        #expect(try await connection.query("SELECT a FROM t").rowCount == 1)
    }

    @Test func oneTextWithNullAndWithAValueIsTwoStatements() async throws {
        let connection = try await connection()
        try await connection.script("CREATE TABLE t (a int4)")
        for value in [PostgresValue.null, .int64(5), .null] {
            try await connection.query("INSERT INTO t VALUES ($1)", [value])
        }
        #expect(try await connection.query("SELECT a FROM t WHERE a = $1", [.int64(5)]).rowCount == 1)
    }

    @Test func moreStatementsThanTheCacheHoldsAreAnswered() async throws {
        let connection = try await connection()
        for index in 0..<600 {
            let row = try await connection.query("SELECT \(index % 300) AS number").rows.first
            #expect(try row?.get("number") == index % 300)
        }
        let kept = try await connection.query("SELECT count(*) AS count FROM pg_prepared_statements").rows.first
        #expect(try #require(try kept?.get("count", as: Int.self)) <= 256)
    }

    @Test func aCancelledTaskBreaksItsStatementOffOnTheServer() async throws {
        let connection = try await connection()
        let clock = ContinuousClock.now
        let task = Task { try await connection.query("SELECT pg_sleep(20)") }
        try await Task.sleep(for: .milliseconds(100))
        task.cancel()
        #expect(await sqlState { _ = try await task.value } == "57014")
        #expect(ContinuousClock.now - clock < .seconds(10))
        #expect(try await connection.query("SELECT 1 AS one").rowCount == 1)
    }

    @Test func aTaskThatIsCancelledAlreadySendsNothing() async throws {
        let connection = try await connection()
        try await connection.script("CREATE TABLE t (a int)")
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await connection.query("INSERT INTO t VALUES (1)")
        }
        #expect(await sqlState { try await task.value } == "57014")
        #expect(try await connection.query("SELECT a FROM t").rowCount == 0)
    }

    @Test func aStatementThatTakesTooLongIsEndedByTheServer() async throws {
        var settings = try await TestDatabase.make().settings
        settings.statementLimit = .milliseconds(50)
        let connection = try await PostgresConnection.connect(settings)
        #expect(await sqlState { try await connection.query("SELECT pg_sleep(20)") } == "57014")
    }

    @Test func aSessionThatTheServerEndsIsLostAndMayBeTriedAgain() async throws {
        let database = try await TestDatabase.make()
        let connection = try await PostgresConnection.connect(database.settings)
        let session = try await connection.query("SELECT pg_backend_pid() AS pid").rows.first
        let pid = try #require(try session?.get("pid", as: Int64.self))
        try await database.administrator().query("SELECT pg_terminate_backend($1::int)", [.int64(pid)])
        do {
            try await connection.query("SELECT 1")
            Issue.record("the session still answers")
        } catch {
            #expect(error.isTransient)
        }
        #expect(await connection.isIdle == false)
    }

    @Test func aTextWithNULIsRefusedAndNotCutShort() async throws {
        let connection = try await connection()
        #expect(await sqlState { try await connection.query("SELECT $1::text", [.text("a\0b")]) } == "22021")
    }

    @Test func copyEndsInAnErrorAndNeverHangs() async throws {
        let connection = try await connection()
        try await connection.script("CREATE TABLE t (a text)")
        #expect(await sqlState { try await connection.script("COPY t FROM STDIN") } == "0A000")
        #expect(await connection.isIdle == false)
    }

    @Test func anAddressThatIsNoneIsRejectedWithoutItsPassword() async throws {
        for url in ["postgresql://u:hunter2@[::1/x", "host=127.0.0.1", ""] {
            do {
                _ = try await PostgresConnection.connect(PostgresSettings(url: url))
                Issue.record("connected to \(url)")
            } catch {
                #expect(!error.isTransient)
                #expect(!"\(error)".contains("hunter2"))
            }
        }
    }

    @Test func aServerThatIsNotThereMayBeTriedAgain() async throws {
        let settings = PostgresSettings(url: "postgresql://media@127.0.0.1:1/media")
        #expect(await sqlState { _ = try await PostgresConnection.connect(settings) } == "08001")
    }
}
