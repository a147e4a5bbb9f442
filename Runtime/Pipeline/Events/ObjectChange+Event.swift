extension ObjectChange: Event {
    package static var kind: EventKind { "object.changed.v1" }
    /// Each change of one key is a run of its own.
    package var part: String { sequencer?.rawValue ?? versionID ?? entityTag ?? action.rawValue }
}
