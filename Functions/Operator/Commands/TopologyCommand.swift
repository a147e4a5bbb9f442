import ArgumentParser
import Foundation
import Pipeline
import StageRuntime

struct TopologyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "topology",
        abstract: "Prints the list of stages and their limits, as infra/topology.json has it."
    )

    func run() async throws {
        let data = try Topology.file()
        _ = try Topology(data)
        try StandardStream.output.write(data)
    }
}
