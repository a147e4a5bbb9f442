/// About a second of sound: one channel, 16,000 samples a second, from -1 to 1.
package struct AudioChunk: Sendable, Equatable {
    package static let sampleRate = 16_000

    /// From the file's start.
    package let startMilliseconds: Int64
    /// A second's worth; fewer in the last chunk.
    package let samples: [Float]
    /// The same as it was recorded, without the silence of gaps; empty where it was not asked for.
    package var original: [OriginalSound] = []
}
