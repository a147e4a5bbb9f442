package import Pipeline

/// A still picture with what its file says of it.
package struct Picture: Sendable {
    /// Upright.
    package let image: RGBImage
    /// EXIF and comments, by libavcodec's names: "Make", "DateTime", "Orientation".
    package let tags: [String: String]
}
