import ArgumentParser
import Cloud
import Pipeline
import StageRuntime

struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Shows what was found in an asset.",
        discussion: """
            An exact copy shows what was found in its original. Before the first publication, what was found so far is \
            shown; to everybody else, an asset shows nothing until then.
            """
    )

    @Argument(help: "The asset's id or name.")
    var asset: String
    @Flag(name: .long, help: "Print the speech as WebVTT.")
    var vtt = false
    @Flag(name: .long, help: "Print the speech as SubRip.")
    var srt = false
    @OptionGroup var output: OutputOptions

    private struct Answer: Encodable {
        let asset: AssetView
        let facts: AssetFacts?
        let moments: [Moment]
        let outputs: [Output]
    }

    func validate() throws {
        guard [vtt, srt, output.json].filter(\.self).count < 2 else {
            throw ValidationError("only one of --vtt, --srt and --json")
        }
    }

    func run() async throws {
        let session = try Session()
        let catalog = try session.wiring.catalog()
        let status = try await session.asset(asset, in: catalog)
        let tenant = session.settings.tenant
        var source = status.asset
        if let copyOf = source.copyOf, let original = try await catalog.asset(copyOf, of: tenant) { source = original }
        let stored = try await catalog.moments(
            of: source.id,
            generation: source.publishedGeneration ?? source.generation,
            kinds: vtt || srt ? [.speech] : Set(MomentKind.allCases),
            of: tenant
        )
        let moments = stored.map(\.moment)
        if vtt { return try StandardStream.output.write(text: Captions.webVTT(moments)) }
        if srt { return try StandardStream.output.write(text: Captions.subRip(moments)) }
        guard !output.json else {
            let outputs = try await catalog.outputs(
                of: source.id,
                generation: source.publishedGeneration ?? source.generation,
                names: Set(OutputName.allCases),
                of: tenant
            )
            let answer = Answer(asset: AssetView(status), facts: source.facts, moments: moments, outputs: outputs)
            return try output.print(json: answer)
        }
        StandardStream.output.print(StatusTable.text([status]))
        for moment in moments { StandardStream.output.print(MomentLine.text(moment)) }
    }
}
