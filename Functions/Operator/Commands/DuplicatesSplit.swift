import ArgumentParser
import Pipeline

struct DuplicatesSplit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "split",
        abstract: "Says that an asset and others do not repeat each other, whatever is found."
    )

    @OptionGroup var choice: DuplicateOptions

    func run() async throws { try await choice.decide(.split) }
}
