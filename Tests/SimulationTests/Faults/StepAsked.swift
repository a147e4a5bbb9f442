import Pipeline

/// What the simulation's stages tell each other.
struct StepAsked: Event {
    static var kind: EventKind { "simulation.step.v1" }
    var part = ""
}
