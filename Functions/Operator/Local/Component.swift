import Pipeline

/// A process that the supervisor keeps alive.
struct Component: Sendable {
    /// "probe": the program is `media-probe`.
    let name: String
    let arguments: [String]

    static func all(_ topology: Topology, modelPort: String) -> [Component] {
        [
            Component(name: "modelserver", arguments: ["--port", modelPort]),
            Component(name: "search", arguments: []),
        ] + topology.stages.map { Component(name: $0.name.rawValue, arguments: []) }
    }
}
