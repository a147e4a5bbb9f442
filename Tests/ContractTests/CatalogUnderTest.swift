import Pipeline
import Postgres
import PostgresFixture

/// The catalogs that the contract holds for.
enum CatalogUnderTest: CaseIterable, Sendable {
    case memory
    case postgres

    /// One database for all tests: each has a tenant of its own.
    static let pool = Task { PostgresPool(try await TestDatabase.migrated().settings) }

    func make() async throws -> any Catalog {
        switch self {
        case .memory:
            ContractRun.uses(.memory)
            return MemoryCatalog()
        case .postgres:
            ContractRun.uses(.postgres)
            return PostgresCatalog(try await Self.pool.value)
        }
    }
}
