internal import Pipeline

/// A line of text on the wire; its box is `[x, y, width, height]` in shares of the picture's size.
struct RecognizedLine: Decodable {
    private let text: String
    private let confidence: Double
    private let box: [Double]

    enum CodingKeys: String, CodingKey { case text, confidence, box }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        text = try fields.decode(String.self, forKey: .text)
        confidence = try fields.decode(Double.self, forKey: .confidence)
        box = try fields.decode([Double].self, forKey: .box)
        guard box.count == 4 else {
            throw DecodingError.dataCorruptedError(forKey: .box, in: fields, debugDescription: "a box has 4 numbers")
        }
    }

    var line: TextLine {
        TextLine(
            text: text,
            confidence: min(1, max(0, confidence)),
            box: Box(x: box[0], y: box[1], width: box[2], height: box[3])
        )
    }
}
