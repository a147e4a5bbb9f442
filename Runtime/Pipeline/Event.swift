/// A fact on a queue. Its kind is stable on the wire; the Swift type's name is not part of it.
package protocol Event: Codable, Sendable {
    static var kind: EventKind { get }
}
