import ArgumentParser
import Pipeline
import StageRuntime

struct DeadLettersList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Counts dead letters by stage, class and reason."
    )

    @OptionGroup var which: DeadLetterOptions
    @OptionGroup var output: OutputOptions

    private struct Line: Encodable {
        let stage: StageName
        let faultClass: String
        let reason: String?
        let count: Int
        let first: String?
        let last: String?

        init(_ group: DeadLetterGroup) {
            stage = group.stage
            faultClass = group.faultClass
            reason = group.reason
            count = group.count
            first = group.firstMilliseconds.map(Timestamp.rfc3339)
            last = group.lastMilliseconds.map(Timestamp.rfc3339)
        }

        var text: String {
            let times = [first, last].compactMap(\.self)
            let period = Set(times).count == 1 ? times[0] : times.joined(separator: " to ")
            let why = reason?.printable ?? "no reason given"
            return "\(count)  \(stage)  \(faultClass.printable)  \(period)\n    \(why)"
        }
    }

    func run() async throws {
        let session = try Session()
        let filter = which.filter(now: SystemClock.unixMilliseconds())
        var letters: [DeadLetter] = []
        for stage in try await session.deadLetterStages(which.stage) {
            _ = try await session.deadLetters(of: stage).visit { letter in
                if filter.includes(letter) { letters.append(letter) }
                return .keep
            }
        }
        let lines = DeadLetterGroup.groups(of: letters).map(Line.init)
        guard !output.json else { return try output.print(json: lines) }
        guard !lines.isEmpty else { return StandardStream.output.print("no dead letters") }
        for line in lines { StandardStream.output.print(line.text) }
    }
}
