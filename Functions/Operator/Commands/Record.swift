import ArgumentParser
import Foundation
import Pipeline
import StageRuntime

struct Record: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Works beside a stage's workers, and keeps what it is given as cases for replay.",
        discussion: """
            A case is the message DIR/STAGE/ID.json, its world ID.world.json and its effects ID.effects.json; objects of at \
            most 16 MB are kept in DIR/objects. Each path is printed as its case is whole. Ends after --count cases or \
            --seconds, or by Ctrl-C; what is at work then is ended first. `media replay` takes the cases.
            """
    )

    @Argument(help: "The stage to record.")
    var stage: String
    @Option(name: .customLong("into"), help: "The folder for cases.", completion: .directory)
    var folder: String
    @Option(name: .long, help: "End after so many cases.")
    var count = CaseLimits.count
    @Option(name: .long, help: "End after so many seconds.")
    var seconds: Int?

    func validate() throws {
        guard count > 0 else { throw ValidationError("--count is at least 1") }
        guard seconds.map({ (1...86_400).contains($0) }) ?? true else {
            throw ValidationError("--seconds is 1 to 86400")
        }
        guard !folder.isEmpty else { throw ValidationError("say which folder: --into DIR") }
    }

    func run() async throws {
        let program = try Program.path(of: stage)
        var environment = try Session().environment
        environment["LOG_LEVEL"] = ProcessEnvironment.variables()["LOG_LEVEL"] ?? "warning"
        // The workers beside it have one of their own.
        environment["MEDIA_HEARTBEAT_FILE"] = nil
        let arguments = ["--record", folder, "--count", "\(count)"]
        // Out of the terminal's reach: Ctrl-C comes to it once, through this process.
        let child = try ChildProcess(program, arguments, environment: environment, ownSession: true)
        let signals = Signals([SIGINT, SIGTERM, SIGHUP]) { _ in
            kill(child.id, SIGTERM)
        } again: {
            kill(child.id, SIGTERM)
        }
        let limit = seconds.map { seconds in
            Task {
                try await Task.sleep(for: .seconds(seconds))
                kill(child.id, SIGTERM)
            }
        }
        let status = await child.wait()
        limit?.cancel()
        signals.stop()
        guard status == 0 else { throw ExitCode(status) }
    }
}
