/// A fact on a queue. Its kind is stable on the wire; the Swift type's name is not part of it.
package protocol Event: Codable, Sendable {
    static var kind: EventKind { get }
    /// Which of its stage's runs the event is for; empty where the stage has one.
    var part: String { get }
}

extension Event {
    package var part: String { "" }
}
