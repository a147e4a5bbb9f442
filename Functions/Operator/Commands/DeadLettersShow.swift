import ArgumentParser
import Pipeline
import StageRuntime

struct DeadLettersShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Shows single dead letters with their bodies."
    )

    @Argument(help: "Ids of letters, or how they begin; all where none is given.")
    var letters: [String] = []
    @OptionGroup var which: DeadLetterOptions
    @Option(name: .long, help: "Show at most so many.")
    var limit = 20
    @OptionGroup var output: OutputOptions

    private struct Shown: Encodable {
        let id: String
        let stage: StageName
        let faultClass: String
        let reason: String?
        let build: String?
        let sent: String?
        let assets: [AssetID]
        let isReadable: Bool
        let body: String
        let attributes: [String: String]

        init(_ letter: DeadLetter) {
            id = letter.id
            stage = letter.stage
            faultClass = letter.faultClass
            reason = letter.reason
            build = letter.build
            sent = letter.sentMilliseconds.map(Timestamp.rfc3339)
            assets = letter.runs.map(\.asset)
            isReadable = letter.isReadable
            body = String(decoding: letter.body, as: UTF8.self)
            attributes = letter.attributes
        }
    }

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit is at least 1") }
    }

    func run() async throws {
        let session = try Session()
        let now = SystemClock.unixMilliseconds()
        let filter = which.filter(ids: letters, now: now)
        var found: [DeadLetter] = []
        for stage in try await session.deadLetterStages(which.stage) where found.count < limit {
            _ = try await session.deadLetters(of: stage).visit { letter in
                guard found.count < limit else { return .stop }
                if filter.includes(letter) { found.append(letter) }
                return .keep
            }
        }
        guard !output.json else { return try output.print(json: found.map(Shown.init)) }
        guard !found.isEmpty else { return StandardStream.output.print("no such dead letters") }
        for letter in found { StandardStream.output.print(text(letter, now: now)) }
    }

    private func text(_ letter: DeadLetter, now: Int64) -> String {
        let age = letter.sentMilliseconds.map { "  \(Age(seconds: Int(max(0, now - $0) / 1000))) old" } ?? ""
        let build = letter.build.map { "  build \($0.printable)" } ?? ""
        let runs = letter.runs.map { "  asset \($0.asset)  generation \($0.generation)  \($0.name)" }
        let about = letter.isReadable ? runs : ["  no envelope: it can be exported or dropped"]
        let head = "\(letter.id)  \(letter.stage)  \(letter.faultClass.printable)\(age)\(build)"
        let reason = "  \(letter.reason?.printable ?? "no reason given")"
        let body = "  \(String(decoding: letter.body, as: UTF8.self).printable)"
        let attributes = letter.attributes.sorted { $0.key < $1.key }.map { "  \($0.key): \($0.value)".printable }
        return ([head, reason] + about.map(\.printable) + attributes + [body]).joined(separator: "\n")
    }
}
