package import Pipeline

/// Brings a database's schema up to date, forward only. Any number may run at once.
package struct Migrator: Sendable {
    /// Any number that no other user of the server's advisory locks has.
    private static let lock: Int64 = 0x6d65_6469_61
    /// A step may build an index over all rows.
    private static let stepLimit: Duration = .seconds(3600)
    /// A step that waits for a table behind a long reader holds up all who come after it: it lets them pass, and asks again.
    private static let (lockLimit, lockPause) = ("5s", Duration.seconds(1))

    private let migrations: [Migration]

    package init(_ migrations: [Migration] = Migration.all) { self.migrations = migrations }

    /// Applies what is missing, each step in a transaction of its own.
    ///
    /// - Returns: the steps that were applied.
    /// - Throws: reject, where an applied step was changed since or the database is newer than this build; retry,
    ///   where the server can't be reached.
    package func migrate(_ settings: PostgresSettings) async throws(Fault) -> [Migration] {
        var settings = settings
        settings.statementLimit = Self.stepLimit
        do {
            let connection = try await PostgresConnection.connect(settings)
            try await connection.query("SELECT pg_advisory_lock($1)", [.int64(Self.lock)])
            try await connection.script(Self.ledger)
            await addExtension(connection)
            let missing = try missing(after: try await applied(connection))
            for migration in missing { try await apply(migration, connection) }
            // The lock goes with the session; giving it up by hand lets the next one begin sooner.
            try await connection.query("SELECT pg_advisory_unlock($1)", [.int64(Self.lock)])
            return missing
        } catch let fault as Fault {
            throw fault
        } catch let error as PostgresError {
            throw error.fault("postgres.migrate")
        } catch {
            throw .retry("postgres.migrate", underlying: error)
        }
    }

    /// The steps that are to be applied.
    ///
    /// - Throws: reject, where an applied step was changed since or the database is newer than this build.
    func missing(after applied: [AppliedMigration]) throws(Fault) -> [Migration] {
        guard applied.count <= migrations.count else {
            throw .reject(
                "postgres.migrate",
                "the database is at version \(applied.count), this build knows \(migrations.count): use a newer build"
            )
        }
        for (migration, row) in zip(migrations, applied) where !row.isUnchanged || row.version != migration.version {
            throw .reject(
                "postgres.migrate",
                "migration \(migration.version) (\(migration.name)) was changed after it had been applied"
            )
        }
        return Array(migrations.dropFirst(applied.count))
    }

    /// An administrator may have to do it; where nobody has, the first step says so.
    private func addExtension(_ connection: PostgresConnection) async {
        _ = try? await connection.script("SET client_min_messages = warning; CREATE EXTENSION IF NOT EXISTS vector")
    }

    /// The steps that a database lacks, without changing it.
    ///
    /// - Throws: as ``migrate(_:)``.
    package func missing(in connection: PostgresConnection) async throws -> [Migration] {
        let ledger = try await connection.query("SELECT to_regclass('schema_migrations') IS NULL AS is_new")
        if try ledger.rows[0].get("is_new", as: Bool.self) { return migrations }
        return try missing(after: try await applied(connection))
    }

    private static let ledger = """
        CREATE TABLE IF NOT EXISTS schema_migrations (
            version integer PRIMARY KEY,
            name text NOT NULL,
            checksum bytea NOT NULL,
            applied timestamptz NOT NULL DEFAULT now()
        )
        """

    private func applied(_ connection: PostgresConnection) async throws -> [AppliedMigration] {
        let known = try await connection.query("SELECT version, checksum FROM schema_migrations ORDER BY version")
        var applied: [AppliedMigration] = []
        for row in known.rows {
            let version: Int = try row.get("version")
            let sql = migrations.first { $0.version == version }?.sql ?? ""
            let checksum = try await connection.query("SELECT sha256($1) AS checksum", [.bytes(Array(sql.utf8))])
            let expected: [UInt8]? = try checksum.rows.first?.get("checksum")
            let isUnchanged = try expected == row.get("checksum")
            applied.append(AppliedMigration(version: version, isUnchanged: isUnchanged))
        }
        return applied
    }

    private func apply(_ migration: Migration, _ connection: PostgresConnection) async throws {
        let deadline = ContinuousClock.now + Self.stepLimit
        while true {
            do {
                return try await applyOnce(migration, connection)
            } catch let error as PostgresError where error.isLockTimeout && .now < deadline {
                try await Task.sleep(for: Self.lockPause)
            }
        }
    }

    private func applyOnce(_ migration: Migration, _ connection: PostgresConnection) async throws {
        try await connection.transaction { connection in
            try await connection.script("SET LOCAL lock_timeout = '\(Self.lockLimit)'")
            try await connection.script(migration.sql)
            try await connection.query(
                "INSERT INTO schema_migrations (version, name, checksum) VALUES ($1, $2, sha256($3))",
                [.int(migration.version), .text(migration.name), .bytes(Array(migration.sql.utf8))]
            )
        }
    }
}
