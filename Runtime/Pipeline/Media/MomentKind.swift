/// What a moment tells of its asset.
package enum MomentKind: String, Codable, Sendable, CaseIterable {
    /// An unbroken camera take; no text.
    case shot
    /// A black picture that lasts; no text.
    case black
    /// A picture that stands still; no text.
    case freeze
    /// A flash of light; no text.
    case flash
    /// Spoken words.
    case speech
    /// Words to be read: on the screen, in a picture, in a document.
    case text
    /// The asset's name: what a search finds an asset by, and no stage writes; no text.
    case name
}
