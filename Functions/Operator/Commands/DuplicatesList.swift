import ArgumentParser
import Pipeline
import StageRuntime

struct DuplicatesList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Shows the groups of assets that repeat each other."
    )

    @Flag(name: .long, help: "Only groups that nobody has accepted yet.")
    var open = false
    @Option(name: .long, help: "Look at no more pairs than this.")
    var limit = 10_000
    @OptionGroup var output: OutputOptions

    private struct Answer: Encodable {
        let groups: [DuplicateGroup]
    }

    func run() async throws {
        let session = try Session()
        let catalog = try session.wiring.catalog()
        let pairs = try await catalog.duplicates(of: nil, of: session.settings.tenant, atMost: limit)
        let groups = DuplicateGroup.groups(of: pairs).filter { !open || !$0.isAccepted }
        guard !output.json else { return try output.print(json: Answer(groups: groups)) }
        guard !groups.isEmpty else { return StandardStream.output.print("no duplicates") }
        let names = try await session.names(of: groups.flatMap(\.assets), in: catalog)
        for group in groups { StandardStream.output.print(DuplicateLine.text(group, names)) }
    }
}
