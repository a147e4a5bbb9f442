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
    /// Work of one thread until a file is open; waiting for bytes does not count.
    package var openingWork: Duration = .seconds(60)
    /// Bytes that libav may read until a file is open; what it reads again counts again.
    package var openingByteCount = 256 << 20
    /// The largest piece of memory that libav may take at once, in all of the process.
    package var allocationByteCount = 1 << 30
    /// Tags of the container, and of each stream; what is over is left out.
    package var tagCount = 256
    /// A tag's value; what is over is cut off.
    package var tagByteCount = 4096
    package var chapterCount = 1024

    package init() {}
}
