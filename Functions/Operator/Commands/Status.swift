import ArgumentParser
import Cloud
import Pipeline
import StageRuntime

struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Shows how far assets have come, and why one has failed.",
        discussion: "✓ done  ∅ done, found nothing  … at work  – waiting  ✗ failed"
    )

    @Argument(help: "An asset's id or name; all where none is given.")
    var assets: [String] = []
    @Flag(name: .long, help: "Go on until everything has reached its final state.")
    var watch = false
    @Option(name: .long, help: "Show at most so many assets, the newest first.")
    var limit = 1000
    @OptionGroup var output: OutputOptions

    private struct Answer: Encodable {
        let web: String?
        let assets: [AssetView]
    }

    private static let period: Duration = .seconds(1)

    func run() async throws {
        let session = try Session()
        let catalog = try session.wiring.catalog()
        var ids: [AssetID]?
        if !assets.isEmpty {
            var found: [AssetID] = []
            for name in assets { found.append(try await session.asset(name, in: catalog).asset.id) }
            ids = found
        }
        while true {
            let statuses = try await catalog.statuses(of: session.settings.tenant, ids: ids, atMost: limit)
            let isFinal = !statuses.contains { $0.asset.state == .processing }
            if watch && StandardStream.output.isTerminal && !output.json {
                try StandardStream.output.write(text: "\u{1B}[H\u{1B}[2J")
            }
            if output.json && (!watch || isFinal) {
                try output.print(json: Answer(web: session.web, assets: statuses.map(AssetView.init)))
            } else if !output.json {
                StandardStream.output.print(text(statuses))
            }
            guard watch && !isFinal else { return }
            try await Task.sleep(for: Self.period)
        }
    }

    private func text(_ statuses: [AssetStatus]) -> String {
        let table = StatusTable.text(statuses)
        guard assets.count == 1, let status = statuses.first else { return table }
        return ([table] + status.runs.map { StatusTable.text($0) }).joined(separator: "\n")
    }
}
