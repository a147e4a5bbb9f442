/// Models without a model: what they answer follows from the input alone, so that effects can be compared.
package struct MemoryModelClient: ModelClient {
    private let version = ModelVersion(name: "memory", revision: "1")

    package init() {}

    /// A bag of words, each word hashed to one of 384 places: texts that share words are near.
    package func embed(_ texts: [String]) -> ModelAnswer<[[Float]]> {
        let vectors = texts.map { text in
            var vector = [Float](repeating: 0, count: 384)
            for word in text.lowercased().split(whereSeparator: { !$0.isLetter && !$0.isNumber }) {
                var hash: UInt32 = 2_166_136_261
                for byte in word.utf8 { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
                vector[Int(hash % 384)] += 1
            }
            let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
            return length > 0 ? vector.map { $0 / length } : vector
        }
        return ModelAnswer(output: vectors, model: version, units: Double(texts.count))
    }

    /// One word per half second of sound louder than silence.
    package func transcribe(_ samples: [Float]) -> ModelAnswer<[TimedWord]> {
        var words: [TimedWord] = []
        for start in stride(from: 0, to: samples.count, by: 8000) {
            let slice = samples[start..<min(start + 8000, samples.count)]
            guard slice.contains(where: { abs($0) > 0.01 }) else { continue }
            let milliseconds = start / 16
            words.append(
                TimedWord(
                    text: "sound\(start / 8000)",
                    startMilliseconds: milliseconds,
                    endMilliseconds: milliseconds + slice.count / 16,
                    confidence: 1
                )
            )
        }
        return ModelAnswer(output: words, model: version, units: Double(samples.count) / 16_000)
    }

    /// The picture's size, in words.
    package func readText(in picture: RGBImage) -> ModelAnswer<[TextLine]> {
        let line = TextLine(
            text: "picture \(picture.width) by \(picture.height)",
            confidence: 1,
            box: Box(x: 0, y: 0, width: 1, height: 1)
        )
        return ModelAnswer(output: [line], model: version, units: 1)
    }
}
