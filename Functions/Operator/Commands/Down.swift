import ArgumentParser
import Foundation
import Pipeline
import StageRuntime

struct Down: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Stops everything that `media up` has started; data stay.",
        discussion: "Work that is under way gets 20 seconds to end; what has not is done after the next start."
    )

    @OptionGroup var output: OutputOptions

    private static let limit: Duration = .seconds(40)

    func run() async throws {
        let stack = try LocalStack()
        if let supervisor = LocalStack.runningProcess(stack.supervisorFile, named: "media") {
            kill(supervisor, SIGTERM)
            let end = ContinuousClock.now + Self.limit
            while stack.isRunning {
                guard ContinuousClock.now < end else { throw Failure("the supervisor \(supervisor) does not stop") }
                try await Task.sleep(for: .milliseconds(50))
            }
        }
        try await stack.run("stop")
        if output.json { try output.print(json: ["state": "down"]) } else { StandardStream.output.print("down") }
    }
}
