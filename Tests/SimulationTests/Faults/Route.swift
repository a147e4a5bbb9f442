import Pipeline

/// One of a stage's two queues.
struct Route: Hashable, Sendable, CustomStringConvertible {
    let stage: StageName
    let lane: Lane

    var description: String { lane == .bulk ? "\(stage)-bulk" : stage.rawValue }
}
