/// Bounds on what a media file may ask of this process.
package struct MediaLimits: Sendable {
    /// Width times height of a picture or frame.
    package var pixelCount = 100_000_000
    package var streamCount = 64
    package var duration: Duration = .seconds(24 * 3600)
    /// How many bytes may be read to find out what the streams are.
    package var probeByteCount = 5 << 20
    /// How much of the streams' time may be read for the same.
    package var probeDuration: Duration = .seconds(5)
    /// Tags of the container, and of each stream; what is over is left out.
    package var tagCount = 256
    /// A tag's value; what is over is cut off.
    package var tagByteCount = 4096
    package var chapterCount = 1024

    package init() {}
}
