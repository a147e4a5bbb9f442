import Pipeline

extension TextLine {
    /// A line of words, with a space between each; its confidence is the mean of theirs, each weighed by its length. Nil
    /// where no word has a letter or a digit.
    init?(_ words: [TextWord]) {
        guard let first = words.first, words.contains(where: { $0.text.contains { $0.isLetter || $0.isNumber } })
        else { return nil }
        let lengths = words.map { Double($0.text.count) }
        let sum = zip(words, lengths).reduce(0) { $0 + $1.0.confidence * $1.1 }
        self.init(
            text: words.map(\.text).joined(separator: " "),
            confidence: sum / lengths.reduce(0, +),
            box: words.dropFirst().reduce(first.box) { $0.union($1.box) },
            words: words
        )
    }

    /// How much was read, and how surely: what decides between two readings of one place.
    var weight: Double { confidence * Double(text.count) }
}
