package import FoundationEssentials

/// The single list of stages: `infra/topology.json`.
package struct Topology: Codable, Sendable, Equatable {
    package let stages: [StageTopology]

    /// Reads the list.
    ///
    /// - Throws: reject, where it is not well-formed, a stage stands twice, a stage sends to one that does not stand in
    ///   it, or a limit is outside what the queues allow.
    package init(_ json: Data) throws(Fault) {
        do { self = try JSONDecoder().decode(Topology.self, from: json) } catch {
            throw .reject("topology.decode", "the topology is not well-formed", underlying: error)
        }
        let names = Set(stages.map(\.name))
        guard names.count == stages.count else { throw .reject("topology.decode", "a stage stands twice") }
        for stage in stages {
            try stage.validate()
            if let unknown = stage.sends.first(where: { !names.contains($0) }) {
                throw .reject("topology.decode", "\(stage.name) sends to \(unknown), which is not a stage")
            }
        }
    }
}
