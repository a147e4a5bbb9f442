/// A stretch of sound that may hold speech.
package struct SpeechSegment: Equatable {
    package let startMilliseconds: Int
    /// Mono, 16,000 per second.
    package let samples: [Float]
}
