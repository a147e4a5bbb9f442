/// One word, and when it is heard or where it is seen.
package struct TimedWord: Hashable, Codable, Sendable {
    package let text: String
    package let startMilliseconds: Int
    package let endMilliseconds: Int
    /// 0 to 1.
    package let confidence: Double?
    /// Of a word on a picture.
    package let box: Box?

    package init(
        text: String,
        startMilliseconds: Int,
        endMilliseconds: Int,
        confidence: Double? = nil,
        box: Box? = nil
    ) {
        self.text = text
        self.startMilliseconds = startMilliseconds
        self.endMilliseconds = endMilliseconds
        self.confidence = confidence
        self.box = box
    }
}
