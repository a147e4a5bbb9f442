import Pipeline
import Postgres
import StageRuntime

/// The database: whether it answers, is up to date, keeps tenants apart, and agrees about the time.
struct DatabaseCheck {
    /// From 0.8 on an approximate index is searched on where a filter leaves too few rows; 0.8.4 is what is tested.
    private static let (oldestVector, testedVector) = ([0, 8, 0], [0, 8, 4])
    /// Signatures are refused from 5 minutes on.
    private static let (clockWarning, clockLimit) = (30.0, 240.0)
    private static let outboxSeconds = 120

    let session: Session

    func findings() async -> [Finding] {
        let connection: PostgresConnection
        do { connection = try await PostgresConnection.connect(try session.wiring.database()) } catch {
            let remedy = "DATABASE_URL says where it is; its password may be in PGPASSWORD"
            return [.bad("database", "it can't be reached: \(error)", remedy: remedy)]
        }
        do {
            return try await [
                server(connection), vector(connection), schema(connection), role(connection), search(connection),
                outbox(connection), clock(connection),
            ].compactMap(\.self)
        } catch {
            return [.bad("database", "it can't be asked: \(error)", remedy: "see the server's log")]
        }
    }

    private func server(_ connection: PostgresConnection) async throws -> Finding {
        let row = try await connection.query(
            """
            SELECT current_setting('server_version') AS version, current_setting('max_connections')::integer AS most,
                (SELECT sum(numbackends)::integer FROM pg_stat_database) AS open
            """
        ).rows[0]
        let (most, open) = (try row.get("most", as: Int.self), try row.get("open", as: Int.self))
        let text = "PostgreSQL \(try row.get("version", as: String.self)), \(open) of \(most) connections open"
        guard open * 10 < most * 8 else {
            return .doubtful("database", text, remedy: "raise max_connections, or put a pooler before it")
        }
        return .good("database", text)
    }

    private func vector(_ connection: PostgresConnection) async throws -> Finding {
        let rows = try await connection.query("SELECT extversion FROM pg_extension WHERE extname = 'vector'").rows
        guard let version = try rows.first?.get("extversion", as: String.self) else {
            let remedy = "an administrator runs CREATE EXTENSION vector in this database"
            return .bad("pgvector", "the extension is not in this database", remedy: remedy)
        }
        let parts = version.split(separator: ".").map { Int($0) ?? 0 }
        guard !parts.lexicographicallyPrecedes(Self.oldestVector) else {
            let remedy = "ALTER EXTENSION vector UPDATE, to 0.8 or newer"
            return .bad("pgvector", "version \(version) is too old", remedy: remedy)
        }
        guard !parts.lexicographicallyPrecedes(Self.testedVector) else {
            let remedy = "ALTER EXTENSION vector UPDATE, where the server has it"
            return .doubtful("pgvector", "version \(version) is older than 0.8.4, which is tested", remedy: remedy)
        }
        return .good("pgvector", "version \(version)")
    }

    private func schema(_ connection: PostgresConnection) async throws -> Finding {
        let missing: [Migration]
        do { missing = try await Migrator().missing(in: connection) } catch let fault as Fault {
            return .bad("tables", "\(fault)", remedy: "this build and the database do not go together")
        }
        guard missing.isEmpty else {
            let names = missing.map { "\($0.version) \($0.name)" }.joined(separator: ", ")
            return .bad("tables", "they lack \(names)", remedy: "`media migrate`")
        }
        return .good("tables", "up to date")
    }

    private func role(_ connection: PostgresConnection) async throws -> Finding {
        let row = try await connection.query(
            "SELECT rolname, rolsuper OR rolbypassrls AS sees_all FROM pg_roles WHERE rolname = current_user"
        ).rows[0]
        let name = try row.get("rolname", as: String.self)
        guard try !row.get("sees_all", as: Bool.self) else {
            let remedy = "ALTER ROLE \(name) NOSUPERUSER NOBYPASSRLS, or connect as the tables' owner"
            return .bad("role", "\(name) sees every tenant's rows: row-level security does not bind it", remedy: remedy)
        }
        return .good("role", "\(name) is bound by row-level security")
    }

    private func search(_ connection: PostgresConnection) async throws -> Finding {
        let rows = try await connection.query("SELECT proleakproof FROM pg_proc WHERE proname = 'ts_match_vq'").rows
        guard try rows.first?.get("proleakproof", as: Bool.self) == true else {
            let remedy =
                "a superuser runs ALTER FUNCTION ts_match_vq(tsvector, tsquery) LEAKPROOF; where there is none, "
                + "searches by words scan the tenant's rows"
            return .doubtful("full-text index", "it is not used under row-level security", remedy: remedy)
        }
        return .good("full-text index", "used under row-level security")
    }

    private func outbox(_ connection: PostgresConnection) async throws -> Finding? {
        guard (try? await Migrator().missing(in: connection))?.isEmpty == true else { return nil }
        let row = try await connection.query(
            """
            SELECT count(*)::integer AS count,
                coalesce(extract(epoch FROM clock_timestamp() - min(written)), 0)::integer AS seconds FROM outbox
            """
        ).rows[0]
        let (count, seconds) = (try row.get("count", as: Int.self), try row.get("seconds", as: Int.self))
        guard seconds < Self.outboxSeconds else {
            let remedy =
                "a worker of Publish sends what crashes have left: does one run, and may it send to every queue?"
            return .bad("outbox", "\(count) messages wait, the oldest for \(seconds) s", remedy: remedy)
        }
        return .good("outbox", count == 0 ? "empty" : "\(count) messages are on their way")
    }

    private func clock(_ connection: PostgresConnection) async throws -> Finding {
        let before = SystemClock.unixMilliseconds()
        let row = try await connection.query(
            "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now"
        ).rows[0]
        let here = (before + SystemClock.unixMilliseconds()) / 2
        let seconds = Double(here - (try row.get("now", as: Int64.self))) / 1000
        let text = "this machine's is \(abs(seconds)) s \(seconds < 0 ? "behind" : "ahead of") the database's"
        let remedy = "have both follow a time service: signatures of a clock that is 5 minutes off are refused"
        if abs(seconds) > Self.clockLimit { return .bad("clock", text, remedy: remedy) }
        if abs(seconds) > Self.clockWarning { return .doubtful("clock", text, remedy: remedy) }
        return .good("clock", text)
    }
}
