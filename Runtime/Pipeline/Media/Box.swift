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

    package var area: Double { width * height }

    /// The part of it that lies on the picture.
    package var clamped: Box {
        guard x < 0 || y < 0 || x + width > 1 || y + height > 1 || width < 0 || height < 0 else { return self }
        let (left, top) = (min(max(x, 0), 1), min(max(y, 0), 1))
        let (right, bottom) = (min(max(x + width, left), 1), min(max(y + height, top), 1))
        return Box(x: left, y: top, width: right - left, height: bottom - top)
    }

    /// The smallest rectangle that holds both.
    package func union(_ other: Box) -> Box {
        let (left, top) = (min(x, other.x), min(y, other.y))
        let (right, bottom) = (max(x + width, other.x + other.width), max(y + height, other.y + other.height))
        return Box(x: left, y: top, width: right - left, height: bottom - top)
    }

    /// The area that lies in both.
    package func intersection(_ other: Box) -> Double {
        let width = min(x + width, other.x + other.width) - max(x, other.x)
        let height = min(y + height, other.y + other.height) - max(y, other.y)
        return max(width, 0) * max(height, 0)
    }
}
