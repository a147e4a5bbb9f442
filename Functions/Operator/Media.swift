import ArgumentParser

/// The `media` command.
@main
struct Media: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "media",
        abstract: "Puts media into the pipeline, shows what was found, and searches it.",
        discussion: """
            Settings are environment variables (DATABASE_URL, MEDIA_BUCKET, AWS_REGION, ...). Those that are not set are \
            taken from the local stack, where `media up` has started one.
            """,
        subcommands: [
            Up.self, Down.self, Put.self, Status.self, Show.self, Search.self, ReplayEvent.self, Record.self,
            TopologyCommand.self, DeadLetters.self, Duplicates.self, Rerun.self, Migrate.self, Reconcile.self,
            DoctorCommand.self,
            Metrics.self, Supervise.self,
        ]
    )
}
