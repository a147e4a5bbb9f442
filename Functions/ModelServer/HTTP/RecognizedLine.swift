import Pipeline

/// A line of text on the wire; boxes are `[x, y, width, height]` in shares of the picture's size.
struct RecognizedLine: Encodable {
    private struct Word: Encodable {
        let text: String
        let confidence: Double
        let box: [Double]
    }

    private let text: String
    private let confidence: Double
    private let box: [Double]
    private let words: [Word]

    init(_ line: TextLine) {
        text = line.text
        confidence = line.confidence
        box = Self.sides(line.box)
        words = line.words.map { Word(text: $0.text, confidence: $0.confidence, box: Self.sides($0.box)) }
    }

    private static func sides(_ box: Box) -> [Double] { [box.x, box.y, box.width, box.height] }
}
