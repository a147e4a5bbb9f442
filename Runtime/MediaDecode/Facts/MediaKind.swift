/// What a person would call a media file.
package enum MediaKind: String, Codable, Sendable {
    case video
    case audio
    case image
    /// A container without any picture or sound.
    case none
}
