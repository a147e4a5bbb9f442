import ArgumentParser
import Pipeline
import StageRuntime

struct DeadLettersRedrive: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "redrive",
        abstract: "Sends dead letters back to their stage and opens their runs again.",
        discussion: """
            A letter leaves the dead-letter queue after it was sent: where this is interrupted, some are sent twice, and \
            none is lost. One whose asset has newer bytes meanwhile stays where it is.
            """
    )

    @Argument(help: "Ids of letters, or how they begin; all where none is given.")
    var letters: [String] = []
    @OptionGroup var which: DeadLetterOptions
    @Option(name: .long, help: "Send at most so many a second: 1/s to 500/s.")
    var rate = "10/s"
    @Flag(name: .long, help: "Only say what would be sent.")
    var dryRun = false
    @OptionGroup var output: OutputOptions

    private struct Outcome: Encodable {
        var isDryRun: Bool
        /// Sent back; in a dry run, what would be tried.
        var sent = 0
        /// Left where they are: nothing waits for them any more.
        var outdated = 0
        /// Sent, but still on the dead-letter queue as well.
        var doubled = 0

        var text: String {
            let sent = "\(sent) \(isDryRun ? "would be sent back" : "sent back")"
            let outdated = outdated > 0 ? ", \(outdated) outdated and left: see `media dlq drop`" : ""
            let doubled = doubled > 0 ? ", \(doubled) of them could not be taken off the dead-letter queue" : ""
            return sent + doubled + outdated
        }
    }

    private var ratePerSecond: Int? {
        let number = rate.hasSuffix("/s") ? rate.dropLast(2) : rate[...]
        return Int(number).flatMap { (1...500).contains($0) ? $0 : nil }
    }

    func validate() throws {
        guard ratePerSecond != nil else { throw ValidationError("--rate is 1/s to 500/s") }
    }

    func run() async throws {
        let session = try Session()
        // What fails again while this runs is not sent again.
        let filter = which.filter(ids: letters, now: SystemClock.unixMilliseconds(), onlyUntilNow: true)
        let catalog = try session.wiring.catalog()
        var outcome = Outcome(isDryRun: dryRun)
        for stage in try await session.deadLetterStages(which.stage) {
            let redrive = Redrive(catalog: catalog, queue: { session.queue(of: stage, $0) })
            outcome.doubled += try await session.deadLetters(of: stage).visit { letter in
                guard filter.includes(letter) else { return .keep }
                return try await send(letter, redrive, &outcome)
            }
        }
        guard !output.json else { return try output.print(json: outcome) }
        StandardStream.output.print(outcome.text)
    }

    private func send(
        _ letter: DeadLetter,
        _ redrive: Redrive,
        _ outcome: inout Outcome
    ) async throws -> DeadLetterDecision {
        guard !dryRun else {
            outcome.sent += 1
            return .keep
        }
        guard try await redrive.send(letter) else {
            outcome.outdated += 1
            return .keep
        }
        outcome.sent += 1
        // Not cut short: the letter is sent, and must be taken off its queue.
        try? await Task.sleep(for: .seconds(1) / (ratePerSecond ?? 1))
        return .remove
    }
}
