import ArgumentParser
import Foundation
import Pipeline
import StageRuntime

/// The process behind `media up`; not for people.
struct Supervise: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Keeps the local components alive.",
        shouldDisplay: false
    )

    func run() async throws {
        let stack = try LocalStack()
        let environment = ProcessEnvironment.variables().merging(stack.savedEnvironment()) { _, saved in saved }
        let topology = try Topology(Topology.file())
        let components = Component.all(topology, modelPort: environment["MEDIA_MODEL_PORT"] ?? "0")
        let wiring = try Wiring(try Settings(environment: environment), name: "operator")
        let supervisor = Supervisor(
            stack: stack,
            components: components,
            environment: environment,
            provisioner: Provisioner(wiring: wiring, topology: topology)
        )
        let signals = Signals([SIGTERM, SIGINT, SIGHUP]) { _ in
            Task { await supervisor.stop() }
        } again: {
            _exit(1)
        }
        try Data("\(getpid())\n".utf8).write(to: URL(fileURLWithPath: stack.supervisorFile), options: .atomic)
        try await supervisor.run()
        signals.stop()
        try? FileManager.default.removeItem(atPath: stack.supervisorFile)
    }
}
