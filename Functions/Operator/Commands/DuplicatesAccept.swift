import ArgumentParser
import Pipeline

struct DuplicatesAccept: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accept",
        abstract: "Says that an asset and others do repeat each other."
    )

    @OptionGroup var choice: DuplicateOptions

    func run() async throws { try await choice.decide(.accepted) }
}
