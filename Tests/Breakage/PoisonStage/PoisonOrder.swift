import Pipeline

/// What a message does to the process that handles it.
struct PoisonOrder: Event, Hashable {
    /// The harm, by its name on the wire.
    enum Harm: String, Codable {
        /// Nothing: a neighbour of the bad ones.
        case none
        /// Ends the process.
        case abort
        /// Takes memory without end.
        case memory
        /// Keeps its thread without end.
        case hang
    }

    static var kind: EventKind { "poison.order.v1" }
    let part: String
    let harm: Harm
}
