import ArgumentParser
import Pipeline
import StageRuntime

struct DuplicatesShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Shows what an asset repeats, and where."
    )

    @Argument(help: "The asset's id or name.")
    var asset: String
    @OptionGroup var output: OutputOptions

    private struct Answer: Encodable {
        let asset: AssetID
        let pairs: [DuplicatePair]
    }

    func run() async throws {
        let session = try Session()
        let catalog = try session.wiring.catalog()
        let id = try await session.asset(asset, in: catalog).asset.id
        let pairs = try await catalog.duplicates(of: id, of: session.settings.tenant, atMost: 1000)
        guard !output.json else { return try output.print(json: Answer(asset: id, pairs: pairs)) }
        guard !pairs.isEmpty else { return StandardStream.output.print("it repeats nothing") }
        let names = try await session.names(of: pairs.flatMap { [$0.asset, $0.other] }, in: catalog)
        for pair in pairs { StandardStream.output.print(DuplicateLine.text(pair, seenFrom: id, names)) }
    }
}
