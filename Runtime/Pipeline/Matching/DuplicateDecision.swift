/// What a person has said of two assets. It is about their bytes: it holds for all copies, and after a new analysis.
package enum DuplicateDecision: String, Codable, Sendable {
    /// They do repeat each other.
    case accepted
    /// They do not, whatever is found.
    case split
}
