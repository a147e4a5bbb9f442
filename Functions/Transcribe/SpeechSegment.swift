/// A stretch of sound that may hold speech.
struct SpeechSegment: Equatable {
    let startMilliseconds: Int
    /// Mono, 16,000 per second.
    let samples: [Float]
}
