import ArgumentParser
import Pipeline
import StageRuntime

/// Which pairs a decision is about.
struct DuplicateOptions: ParsableArguments {
    @Argument(help: "The asset's id or name.")
    var asset: String
    @Argument(help: "The others; all that it is shown to repeat where none is given.")
    var others: [String] = []
    @Option(name: .long, help: "Who says so, for the audit trail; the user's name where it is not given.")
    var person: String?
    @OptionGroup var output: OutputOptions

    private struct Answer: Encodable {
        let asset: AssetID
        let others: [AssetID]
        let decision: DuplicateDecision
    }

    /// Keeps the decision on every pair.
    ///
    /// - Throws: a failure, where there is no such asset or nothing that it repeats.
    func decide(_ decision: DuplicateDecision) async throws {
        let session = try Session()
        let catalog = try session.wiring.catalog()
        let tenant = session.settings.tenant
        let id = try await session.asset(asset, in: catalog).asset.id
        var ids: [AssetID] = []
        for other in others { ids.append(try await session.asset(other, in: catalog).asset.id) }
        if others.isEmpty {
            ids = try await catalog.duplicates(of: id, of: tenant, atMost: 1000)
                .filter { $0.relation != .identical }
                .map { $0.asset == id ? $0.other : $0.asset }
        }
        guard !ids.isEmpty else { throw Failure("nothing is known that \(asset) repeats, but for exact copies") }
        let who = person ?? session.environment["USER"] ?? session.environment["LOGNAME"] ?? "operator"
        for other in ids { try await catalog.decide(decision, on: id, and: other, by: who, of: tenant) }
        guard !output.json else {
            return try output.print(json: Answer(asset: id, others: ids, decision: decision))
        }
        let word = ids.count == 1 ? "pair" : "pairs"
        StandardStream.output.print("\(ids.count) \(word) \(decision.rawValue)")
    }
}
