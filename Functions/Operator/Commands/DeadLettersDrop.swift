import ArgumentParser
import Pipeline
import StageRuntime

struct DeadLettersDrop: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drop",
        abstract: "Takes dead letters off their queue for good."
    )

    @Argument(help: "Ids of letters, or how they begin.")
    var letters: [String] = []
    @OptionGroup var which: DeadLetterOptions
    @Flag(name: .long, help: "They are gone for good, and that is meant.")
    var yes = false

    func validate() throws {
        guard yes else { throw ValidationError("what is dropped is gone for good: say --yes") }
        guard !letters.isEmpty || which.isAnySet, !letters.contains("") else {
            throw ValidationError("say which letters, by their ids or by --stage and the like")
        }
    }

    func run() async throws {
        let session = try Session()
        let filter = which.filter(ids: letters, now: SystemClock.unixMilliseconds(), onlyUntilNow: true)
        var count = 0
        var failureCount = 0
        for stage in try await session.deadLetterStages(which.stage) {
            failureCount += try await session.deadLetters(of: stage).visit { letter in
                guard filter.includes(letter) else { return .keep }
                count += 1
                return .remove
            }
        }
        StandardStream.output.print("\(count - failureCount) dropped")
        guard failureCount == 0 else { throw Failure("\(failureCount) could not be dropped: try again") }
    }
}
