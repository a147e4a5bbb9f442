/// A frame with text on it, and how long that text stands.
package struct TextFrame<Frame> {
    package let startMilliseconds: Int
    /// When other text has come, or some of it has gone.
    package let endMilliseconds: Int
    package let frame: Frame
}
