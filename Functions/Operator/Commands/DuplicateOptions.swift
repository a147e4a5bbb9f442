import ArgumentParser
import Pipeline
import StageRuntime

/// Which pairs a decision is about.
struct DuplicateOptions: ParsableArguments {
    @Argument(help: "The asset's id or name.")
    var asset: String
    @Argument(
        help: "The others; where none is given, all that it repeats and nobody has decided on, but for mere pieces."
    )
    var others: [String] = []
    @Option(name: .long, help: "Who says so, for the audit trail; the user's name where it is not given.")
    var person: String?
    @OptionGroup var output: OutputOptions

    private static let pairCount = 1000

    private struct Answer: Encodable {
        let asset: AssetID
        let others: [AssetID]
        let decision: DuplicateDecision
    }

    /// Keeps the decision on every pair.
    ///
    /// - Throws: a failure, where there is no such asset, nothing to decide on, or too much to do so at once.
    func decide(_ decision: DuplicateDecision) async throws {
        let session = try Session()
        let catalog = try session.wiring.catalog()
        let tenant = session.settings.tenant
        let id = try await session.asset(asset, in: catalog).asset.id
        var ids: [AssetID] = []
        for other in others { ids.append(try await session.asset(other, in: catalog).asset.id) }
        if others.isEmpty {
            let pairs = try await catalog.duplicates(of: id, of: tenant, atMost: Self.pairCount + 1)
            guard pairs.count(where: { $0.relation != .identical }) <= Self.pairCount else {
                throw Failure("\(asset) repeats more than \(Self.pairCount) others: name what is meant")
            }
            ids = Self.undecided(pairs, of: id)
        }
        guard !ids.isEmpty else {
            throw Failure("nothing is open that \(asset) repeats, but for exact copies and pieces: name what is meant")
        }
        let who = person ?? session.environment["USER"] ?? session.environment["LOGNAME"] ?? "operator"
        for other in ids { try await catalog.decide(decision, on: id, and: other, by: who, of: tenant) }
        guard !output.json else {
            return try output.print(json: Answer(asset: id, others: ids, decision: decision))
        }
        let word = ids.count == 1 ? "pair" : "pairs"
        StandardStream.output.print("\(ids.count) \(word) \(decision.rawValue)")
    }

    /// What a decision that names no others is about: what a person has said stays, and a piece within much else does not
    /// make two assets one work.
    static func undecided(_ pairs: [DuplicatePair], of asset: AssetID) -> [AssetID] {
        pairs.filter { $0.decision == nil && ![.identical, .contained].contains($0.relation) }
            .map { $0.asset == asset ? $0.other : $0.asset }
    }
}
