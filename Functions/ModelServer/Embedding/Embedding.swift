/// A text as a unit vector, and what it cost.
struct Embedding: Sendable {
    let vector: [Float]
    /// Tokens the model read, the two special ones included.
    let tokenCount: Int
}
