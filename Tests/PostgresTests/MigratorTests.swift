import Pipeline
import PostgresFixture
import Testing

@testable import Postgres

@Suite struct MigratorTests {
    private let first = Migration(version: 1, name: "first", sql: "CREATE TABLE a (x int); CREATE TABLE b (x int)")
    private let second = Migration(version: 2, name: "second", sql: "ALTER TABLE a ADD COLUMN y int")

    private func reason(_ work: () async throws -> Void) async -> String? {
        do { try await work() } catch {
            guard case .reject(let reason) = (error as? Fault)?.verdict else { return nil }
            return reason
        }
        return nil
    }

    @Test func eachStepIsAppliedOnceInOrder() async throws {
        let settings = try await TestDatabase.make().settings
        #expect(try await Migrator([first]).migrate(settings) == [first])
        #expect(try await Migrator([first, second]).migrate(settings) == [second])
        #expect(try await Migrator([first, second]).migrate(settings) == [])
        let connection = try await PostgresConnection.connect(settings)
        #expect(try await connection.query("SELECT x, y FROM a").rowCount == 0)
    }

    @Test func aStepThatWasChangedAfterItsUseIsNamed() async throws {
        let settings = try await TestDatabase.make().settings
        _ = try await Migrator([first, second]).migrate(settings)
        let changed = Migration(version: 2, name: "second", sql: "SELECT 1")
        let reason = await reason { _ = try await Migrator([first, changed]).migrate(settings) }
        #expect(reason == "migration 2 (second) was changed after it had been applied")
    }

    @Test func aDatabaseNewerThanTheBuildIsLeftAlone() async throws {
        let settings = try await TestDatabase.make().settings
        _ = try await Migrator([first, second]).migrate(settings)
        let reason = await reason { _ = try await Migrator([first]).migrate(settings) }
        #expect(reason == "the database is at version 2, this build knows 1: use a newer build")
    }

    @Test func aStepThatFailsLeavesNothingBehind() async throws {
        let settings = try await TestDatabase.make().settings
        let broken = Migration(version: 2, name: "broken", sql: "CREATE TABLE c (x int); SELECT 1/0")
        await #expect(throws: Fault.self) { try await Migrator([first, broken]).migrate(settings) }
        #expect(try await Migrator([first, second]).migrate(settings) == [second])
        let connection = try await PostgresConnection.connect(settings)
        await #expect(throws: PostgresError.self) { try await connection.query("SELECT x FROM c") }
    }

    @Test func manyAtOnceApplyEachStepOnce() async throws {
        let settings = try await TestDatabase.make().settings
        let migrator = Migrator([first, second])
        let applied = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<4 { group.addTask { try await migrator.migrate(settings).count } }
            return try await group.reduce(0, +)
        }
        #expect(applied == 2)
    }

    @Test func theProductsStepsAreNumberedWithoutGapsAndApply() async throws {
        #expect(Migration.all.map(\.version) == Array(1...Migration.all.count))
        let settings = try await TestDatabase.make().settings
        #expect(try await Migrator().migrate(settings).count == Migration.all.count)
    }
}
