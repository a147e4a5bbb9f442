/// A line of text that was read from a picture.
package struct TextLine: Hashable, Codable, Sendable {
    package let text: String
    /// 0 to 1.
    package let confidence: Double
    package let box: Box
    /// From left to right; empty where the model tells of lines alone.
    package let words: [TextWord]

    package init(text: String, confidence: Double, box: Box, words: [TextWord] = []) {
        self.text = text
        self.confidence = confidence
        self.box = box
        self.words = words
    }
}
