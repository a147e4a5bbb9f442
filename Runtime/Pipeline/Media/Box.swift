/// A rectangle on a picture, in fractions of its width and height from the top left corner.
package struct Box: Hashable, Codable, Sendable {
    package let x: Double
    package let y: Double
    package let width: Double
    package let height: Double

    package init(x: Double, y: Double, width: Double, height: Double) {
        self.x = x
        self.y = y
        self.width = width
        self.height = height
    }
}
