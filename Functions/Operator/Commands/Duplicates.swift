import ArgumentParser

struct Duplicates: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Shows which assets repeat each other, and keeps what you say of it.",
        discussion: """
            What is accepted or split stays so, whatever later runs find, for as long as the bytes are the same; the last \
            word counts.
            """,
        subcommands: [DuplicatesList.self, DuplicatesShow.self, DuplicatesAccept.self, DuplicatesSplit.self],
        defaultSubcommand: DuplicatesList.self
    )
}
