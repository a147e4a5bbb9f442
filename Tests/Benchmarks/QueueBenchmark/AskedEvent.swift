import Pipeline

/// What the stub server's messages hold.
struct AskedEvent: Event {
    static let kind: EventKind = "bench.asked.v1"
    let note: String
}
