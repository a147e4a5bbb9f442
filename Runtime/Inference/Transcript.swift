internal import Pipeline

/// The answer in the form `verbose_json`.
struct Transcript: Decodable {
    struct Word: Decodable {
        let word: String
        let start: Double
        let end: Double
        let probability: Double?
    }

    struct Segment: Decodable {
        enum CodingKeys: String, CodingKey {
            case start, end, text
            case meanLogProbability = "avg_logprob"
            case noSpeechProbability = "no_speech_prob"
        }
        let start: Double
        let end: Double
        let text: String
        let meanLogProbability: Double?
        let noSpeechProbability: Double?

        /// Speech models invent text on silence; these are the bounds by which Whisper itself drops it.
        var isInvented: Bool {
            guard let noSpeechProbability, let meanLogProbability else { return false }
            return noSpeechProbability > 0.6 && meanLogProbability < -1
        }

        /// Words with the segment's time dealt out by their length, where the server gives none of their own.
        var words: [Word] {
            let texts = text.split(whereSeparator: \.isWhitespace)
            let perCharacter = (end - start) / Double(max(1, texts.reduce(0) { $0 + $1.count }))
            var time = start
            return texts.map { text in
                let wordStart = time
                time += Double(text.count) * perCharacter
                return Word(word: String(text), start: wordStart, end: time, probability: nil)
            }
        }
    }

    struct Usage: Decodable {
        let seconds: Double?
    }

    let duration: Double?
    let usage: Usage?
    let words: [Word]?
    let segments: [Segment]?

    /// The words in order, within the sound, without those that nobody said.
    func timedWords(atMost milliseconds: Int) -> [TimedWord] {
        let segments = segments ?? []
        let heard = words ?? segments.flatMap(\.words)
        var timed: [TimedWord] = []
        for word in heard {
            let text = word.word.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            let middle = (word.start + word.end) / 2
            let isInvented = segments.contains { $0.isInvented && $0.start <= middle && middle <= $0.end }
            guard !text.isEmpty, middle.isFinite, !isInvented else { continue }
            let start = Self.milliseconds(word.start, atMost: milliseconds)
            let end = Self.milliseconds(word.end, atMost: milliseconds)
            timed.append(
                TimedWord(
                    text: text,
                    startMilliseconds: start,
                    endMilliseconds: max(start, end),
                    confidence: word.probability.map { min(1, max(0, $0)) }
                )
            )
        }
        return timed.sorted { $0.startMilliseconds < $1.startMilliseconds }
    }

    private static func milliseconds(_ seconds: Double, atMost limit: Int) -> Int {
        Int(min(max(0, seconds * 1000), Double(limit)).rounded())
    }
}
