/// How an asset repeats another.
package enum DuplicateRelation: String, Codable, Sendable {
    /// The same bytes.
    case identical
}
