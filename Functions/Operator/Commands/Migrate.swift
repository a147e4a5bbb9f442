import ArgumentParser
import Pipeline
import Postgres
import StageRuntime

struct Migrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Brings the database's tables up to date with this build.",
        discussion: """
            Steps are applied in order, each in a transaction of its own, and never taken back; any number of these may \
            run at once. Workers of the build before go on meanwhile, but may wait for a step that changes a table; \
            those of this build postpone what needs a step that is missing. A step that does not get its table \
            within seconds lets the others pass and tries again. `media up` does this by itself.
            """
    )

    @Flag(name: .long, help: "Only say what is missing.")
    var dryRun = false
    @OptionGroup var output: OutputOptions

    private struct Step: Encodable {
        let version: Int
        let name: String
    }

    func run() async throws {
        // Needs the database alone: whoever migrates has no rights to objects or queues.
        let address = try Settings.required(
            "DATABASE_URL",
            "postgresql://user@host:port/database",
            in: try Session.environment()
        )
        var database = PostgresSettings(url: address)
        database.applicationName = "media-migrate"
        let steps: [Migration]
        if dryRun {
            steps = try await Migrator().missing(in: try await PostgresConnection.connect(database))
        } else {
            steps = try await Migrator().migrate(database)
        }
        guard !output.json else {
            return try output.print(json: steps.map { Step(version: $0.version, name: $0.name) })
        }
        guard !steps.isEmpty else { return StandardStream.output.print("the database is up to date") }
        for step in steps {
            StandardStream.output.print("\(dryRun ? "missing" : "applied")  \(step.version)  \(step.name)")
        }
    }
}
