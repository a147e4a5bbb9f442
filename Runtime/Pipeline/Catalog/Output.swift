/// A derived object and why it exists.
package struct Output: Hashable, Codable, Sendable {
    package let name: OutputName
    /// SHA-256 of all that determines it: input, stage, revision, parameters.
    package let identity: Digest
    /// Of its object, in the bucket of derived objects.
    package let key: String
    package let contentType: String
    /// Where in the asset it was taken; nil where it is about all of it.
    package let startMilliseconds: Int?

    package init(
        name: OutputName,
        identity: Digest,
        key: String,
        contentType: String,
        startMilliseconds: Int? = nil
    ) {
        self.name = name
        self.identity = identity
        self.key = key
        self.contentType = contentType
        self.startMilliseconds = startMilliseconds
    }
}

/// What a derived object is for.
package enum OutputName: String, Codable, Sendable {
    /// A JPEG picture of a shot.
    case keyframe
    /// A small JPEG of a keyframe or a picture.
    case thumbnail
    /// The one JPEG that stands for the asset.
    case poster
    /// A JPEG sheet of small pictures, for a player's scrub bar.
    case storyboard
    /// The WebVTT track that tells which part of which sheet is shown when.
    case storyboardTrack
    /// The transcript as WebVTT.
    case captions
}
