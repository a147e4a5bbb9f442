internal import Pipeline

/// A line of text on the wire; boxes are `[x, y, width, height]` in shares of the picture's size, and words may be
/// left out.
struct RecognizedLine: Decodable {
    private let text: String
    private let confidence: Double
    private let box: Box
    private let words: [Word]

    enum CodingKeys: String, CodingKey { case text, confidence, box, words }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        text = try fields.decode(String.self, forKey: .text)
        confidence = try fields.decode(Double.self, forKey: .confidence)
        box = try fields.decode(WireBox.self, forKey: .box).box
        words = try fields.decodeIfPresent([Word].self, forKey: .words) ?? []
    }

    var line: TextLine {
        TextLine(text: text, confidence: share(confidence), box: box, words: words.map(\.word))
    }

    private struct Word: Decodable {
        let text: String
        let confidence: Double
        let box: WireBox

        var word: TextWord { TextWord(text: text, confidence: share(confidence), box: box.box) }
    }

    private struct WireBox: Decodable {
        let box: Box

        init(from decoder: any Decoder) throws {
            let values = try decoder.singleValueContainer()
            let sides = try values.decode([Double].self)
            guard sides.count == 4, sides.allSatisfy(\.isFinite) else {
                throw DecodingError.dataCorruptedError(in: values, debugDescription: "a box has 4 numbers")
            }
            box = Box(x: sides[0], y: sides[1], width: sides[2], height: sides[3]).clamped
        }
    }
}

/// Keeps a model's figure within what it stands for.
private func share(_ value: Double) -> Double { min(1, max(0, value)) }
