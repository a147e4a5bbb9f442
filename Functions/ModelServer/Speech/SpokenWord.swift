/// A word heard, with its times from the start of the sound.
struct SpokenWord: Sendable, Equatable {
    let text: String
    let startSeconds: Double
    let endSeconds: Double
    /// From 0 to 1.
    let confidence: Double
}

/// What was said between two pauses.
struct SpokenSegment: Sendable, Equatable {
    let startSeconds: Double
    let endSeconds: Double
    let words: [SpokenWord]

    var text: String { words.map(\.text).joined(separator: " ") }
}
