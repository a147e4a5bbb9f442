import ArgumentParser

struct DeadLetters: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dlq",
        abstract: "Shows the messages that were given up, and sends them back or drops them.",
        discussion: """
            While a queue is read its letters are hidden from others, for a minute at most; what is not acted upon is \
            given back at the end.
            """,
        subcommands: [
            DeadLettersList.self, DeadLettersShow.self, DeadLettersRedrive.self, DeadLettersExport.self,
            DeadLettersDrop.self,
        ],
        defaultSubcommand: DeadLettersList.self
    )
}
