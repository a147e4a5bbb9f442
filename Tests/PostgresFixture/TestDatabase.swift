import Foundation
package import Postgres

/// A database of a test's own, on a server that all tests of the process share.
///
/// The server is started with the first database, and stopped and removed when the process ends, however it ends.
package struct TestDatabase: Sendable {
    private static let server = Task {
        let server = try TestServer.start()
        let administrator = PostgresSettings(url: server.url(role: "postgres", database: "postgres"))
        let connection = try await PostgresConnection.connect(administrator)
        // Nothing of it is to outlive a crash.
        try await connection.script("ALTER SYSTEM SET fsync = off")
        try await connection.script("SELECT pg_reload_conf()")
        return server
    }

    package let settings: PostgresSettings
    private let administration: PostgresSettings

    /// Makes an empty database with pgvector, owned by a role that row-level security holds for.
    package static func make() async throws -> TestDatabase {
        let server = try await server.value
        let name = "test_" + UUID().uuidString.lowercased().replacing("-", with: "_")
        let administration = PostgresSettings(url: server.url(role: "postgres", database: "postgres"))
        try await PostgresConnection.connect(administration).script("CREATE DATABASE \(name) OWNER media")
        let extended = PostgresSettings(url: server.url(role: "postgres", database: name))
        try await PostgresConnection.connect(extended).script("CREATE EXTENSION vector")
        return TestDatabase(
            settings: PostgresSettings(url: server.url(role: "media", database: name)),
            administration: administration
        )
    }

    /// Makes a database with the product's schema.
    package static func migrated() async throws -> TestDatabase {
        let database = try await make()
        _ = try await Migrator().migrate(database.settings)
        return database
    }

    /// A session of the server's administrator, in another database.
    package func administrator() async throws -> PostgresConnection {
        try await PostgresConnection.connect(administration)
    }
}
