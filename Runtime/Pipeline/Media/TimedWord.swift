/// One spoken word and when it is heard.
package struct TimedWord: Hashable, Codable, Sendable {
    package let text: String
    package let startMilliseconds: Int
    package let endMilliseconds: Int
    /// 0 to 1.
    package let confidence: Double?

    package init(text: String, startMilliseconds: Int, endMilliseconds: Int, confidence: Double? = nil) {
        self.text = text
        self.startMilliseconds = startMilliseconds
        self.endMilliseconds = endMilliseconds
        self.confidence = confidence
    }
}
