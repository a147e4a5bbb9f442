/// How an asset repeats another.
package enum DuplicateRelation: String, Codable, Sendable {
    /// The same bytes.
    case identical
    /// Nearly all of both, encoded, scaled or bordered otherwise.
    case transcode
    /// Nearly all of one is the greater part of the other: its edges were cut.
    case trimmed
    /// One is within the other among much else, or both hold the same piece.
    case contained
    /// The same pictures with another sound, or the same sound under pictures that were changed or laid over.
    case overlaid
}
