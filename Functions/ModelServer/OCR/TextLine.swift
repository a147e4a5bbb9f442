/// A word seen in a picture.
struct TextWord: Codable, Sendable, Equatable {
    let text: String
    /// From 0 to 1.
    let confidence: Double
    let box: Box
}

/// A line of words seen in a picture.
struct TextLine: Codable, Sendable, Equatable {
    /// The words with a space between each.
    let text: String
    /// The mean of the words', each weighed by its length.
    let confidence: Double
    let box: Box
    let words: [TextWord]

    /// Nil where no word has a letter or a digit.
    init?(_ words: [TextWord]) {
        guard words.contains(where: { $0.text.contains { $0.isLetter || $0.isNumber } }),
            let box = Box.around(words.map(\.box))
        else { return nil }
        let lengths = words.map { Double($0.text.count) }
        let sum = zip(words, lengths).reduce(0) { $0 + $1.0.confidence * $1.1 }
        text = words.map(\.text).joined(separator: " ")
        confidence = sum / lengths.reduce(0, +)
        self.box = box
        self.words = words
    }

    /// How much was read, and how surely: what decides between two readings of one place.
    var weight: Double { confidence * Double(text.count) }
}
