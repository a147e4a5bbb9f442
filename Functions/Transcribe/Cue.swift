import Pipeline

/// Words that are read together.
struct Cue: Equatable {
    let words: [TimedWord]

    /// A silence between two words that ends a cue.
    private static let pauseMilliseconds = 400
    private static let longestMilliseconds = 10_000
    private static let wordCount = 20

    /// Groups words by their pauses.
    static func cues(of words: [TimedWord]) -> [Cue] {
        var cues: [Cue] = []
        var current: [TimedWord] = []
        for word in words {
            if let first = current.first, let last = current.last {
                let isPause = word.startMilliseconds - last.endMilliseconds >= pauseMilliseconds
                let isLong = word.endMilliseconds - first.startMilliseconds > longestMilliseconds
                if isPause || isLong || current.count == wordCount {
                    cues.append(Cue(words: current))
                    current = []
                }
            }
            current.append(word)
        }
        if !current.isEmpty { cues.append(Cue(words: current)) }
        return cues
    }

    var moment: Moment {
        let confidences = words.compactMap(\.confidence)
        return Moment(
            kind: .speech,
            startMilliseconds: words.first?.startMilliseconds ?? 0,
            endMilliseconds: words.last?.endMilliseconds ?? 0,
            text: words.map(\.text).joined(separator: " "),
            words: words,
            confidence: confidences.isEmpty ? nil : confidences.reduce(0, +) / Double(confidences.count)
        )
    }
}
