/// What a moment tells of its asset.
package enum MomentKind: String, Codable, Sendable, CaseIterable {
    /// An unbroken camera take; no text.
    case shot
    /// Spoken words.
    case speech
    /// Words to be read: on the screen, in a picture, in a document.
    case text
}
