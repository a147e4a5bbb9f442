/// What a stream holds.
package enum StreamKind: String, Codable, Sendable {
    case video
    case audio
    case subtitle
    /// A cover or thumbnail, kept as a stream of one picture.
    case attachedPicture
    /// Data, timecode, fonts, and what can't be told.
    case other
}
