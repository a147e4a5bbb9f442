import ArgumentParser
import Foundation
import Pipeline
import StageRuntime

struct ReplayEvent: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Handles one event and prints its effects; nothing is written.",
        discussion: """
            The stage is --stage, or the folder that the event is in. Where EVENT.world.json is beside EVENT.json, the \
            event is handled in that world and needs no stack; otherwise in the running one.
            """
    )

    @Argument(
        help: "A message's body, or a message as Pub/Sub pushes it, as JSON.",
        completion: .file(extensions: ["json"])
    )
    var event: String
    @Option(name: .long, help: "The stage to run.")
    var stage: String?
    @Flag(name: .long, help: "Write the effects, as a worker would.")
    var commit = false

    func run() async throws {
        guard FileManager.default.fileExists(atPath: event) else { throw Failure("no file \(event)") }
        let folder = URL(fileURLWithPath: event).deletingLastPathComponent().lastPathComponent
        guard let program = try? Program.path(of: stage ?? folder) else {
            throw Failure("'\(stage ?? folder)' is not a stage: say which with --stage")
        }
        let own = ProcessEnvironment.variables()
        let environment = own.merging((try? LocalStack().savedEnvironment()) ?? [:]) { own, _ in own }
        let arguments = ["--replay", event] + (commit ? ["--commit"] : [])
        let status = try await ChildProcess(program, arguments, environment: environment).wait()
        guard status == 0 else { throw ExitCode(status) }
    }
}
