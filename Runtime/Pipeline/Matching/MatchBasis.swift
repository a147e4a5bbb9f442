/// What two assets are compared by.
package enum MatchBasis: String, Codable, CaseIterable, Sendable {
    case bytes
    /// A picture as a whole, or the frames of a video.
    case picture
    case sound
}
