package import MediaDecode

/// A frame that stands for a stretch of a video.
package struct Keyframe: Sendable {
    /// Of the stretch that it stands for.
    package let startMilliseconds: Int
    /// The frame's own time.
    package let milliseconds: Int
    /// How good a picture it is; only for comparing.
    package let score: Double
    package let picture: YUVImage
}
