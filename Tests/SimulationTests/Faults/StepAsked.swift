import Pipeline

/// What the simulation's stages tell each other.
struct StepAsked: Event {
    static var kind: EventKind { "simulation.step.v1" }
    /// Over what fits into a message.
    static let largeText = String(repeating: "A", count: EnvelopeLimits.byteCount)

    var part = ""
    var text: String?
}
