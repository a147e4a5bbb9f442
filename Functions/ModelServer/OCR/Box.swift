/// A rectangle in shares of the picture's width and height, from its upper left corner.
struct Box: Sendable, Equatable {
    let x: Double
    let y: Double
    let width: Double
    let height: Double

    /// The part of the smaller rectangle that lies in both, from 0 to 1.
    func overlap(_ other: Box) -> Double {
        let width = min(x + width, other.x + other.width) - max(x, other.x)
        let height = min(y + height, other.y + other.height) - max(y, other.y)
        guard width > 0, height > 0 else { return 0 }
        return width * height / min(self.width * self.height, other.width * other.height)
    }

    /// The smallest rectangle that holds all of `boxes`; nil where there are none.
    static func around(_ boxes: [Box]) -> Box? {
        guard let first = boxes.first else { return nil }
        var (left, top, right, bottom) = (first.x, first.y, first.x + first.width, first.y + first.height)
        for box in boxes.dropFirst() {
            left = min(left, box.x)
            top = min(top, box.y)
            right = max(right, box.x + box.width)
            bottom = max(bottom, box.y + box.height)
        }
        return Box(x: left, y: top, width: right - left, height: bottom - top)
    }
}

/// On the wire a box is `[x, y, width, height]`.
extension Box: Codable {
    init(from decoder: any Decoder) throws {
        var values = try decoder.unkeyedContainer()
        x = try values.decode(Double.self)
        y = try values.decode(Double.self)
        width = try values.decode(Double.self)
        height = try values.decode(Double.self)
    }

    func encode(to encoder: any Encoder) throws {
        var values = encoder.unkeyedContainer()
        for value in [x, y, width, height] { try values.encode(value) }
    }
}
