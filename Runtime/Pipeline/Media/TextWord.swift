/// A word that was read from a picture.
package struct TextWord: Hashable, Codable, Sendable {
    package let text: String
    /// 0 to 1.
    package let confidence: Double
    package let box: Box

    package init(text: String, confidence: Double, box: Box) {
        self.text = text
        self.confidence = confidence
        self.box = box
    }
}
