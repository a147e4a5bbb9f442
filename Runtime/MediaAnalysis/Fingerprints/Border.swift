package import MediaDecode

/// Even bars around a picture: the black ones of a letterbox, or any other colour.
package struct Border: Equatable, Sendable {
    package var top = 0
    package var bottom = 0
    package var left = 0
    package var right = 0

    /// Brightness that differs by so much within a bar is the encoder's noise.
    private static let noise = 14
    /// What is left within the bars is at least so much of each side.
    private static let leastPart = 0.3

    package static let none = Border()

    private init() {}

    /// Looks for bars.
    ///
    /// - Returns: nil where the whole picture is even, or next to nothing would be left.
    package init?(around luma: LumaImage) {
        let (width, height) = (luma.width, luma.height)
        guard width > 2, height > 2 else { return nil }
        func isEvenRow(_ row: Int) -> Bool { Self.isEven(luma.pixels, from: row * width, step: 1, count: width) }
        guard let first = (0..<height).first(where: { !isEvenRow($0) }),
            let last = (0..<height).last(where: { !isEvenRow($0) })
        else { return nil }
        let rows = last - first + 1
        func isEvenColumn(_ column: Int) -> Bool {
            Self.isEven(luma.pixels, from: first * width + column, step: width, count: rows)
        }
        guard let leftmost = (0..<width).first(where: { !isEvenColumn($0) }),
            let rightmost = (0..<width).last(where: { !isEvenColumn($0) })
        else { return nil }
        (top, bottom, left, right) = (first, height - 1 - last, leftmost, width - 1 - rightmost)
        let columns = width - left - right
        guard Double(rows) >= Self.leastPart * Double(height), Double(columns) >= Self.leastPart * Double(width) else {
            return nil
        }
    }

    /// What is a bar in both.
    package func common(with other: Border) -> Border {
        var border = Border()
        border.top = min(top, other.top)
        border.bottom = min(bottom, other.bottom)
        border.left = min(left, other.left)
        border.right = min(right, other.right)
        return border
    }

    /// The picture within; a row or column at an inner edge that is half bar goes too.
    package func removed(from luma: LumaImage) -> LumaImage {
        guard self != .none else { return luma }
        let inner = Border(of: self)
        let columns = inner.left..<luma.width - inner.right
        let rows = inner.top..<luma.height - inner.bottom
        let pixels = rows.flatMap {
            luma.pixels[$0 * luma.width + columns.lowerBound..<$0 * luma.width + columns.upperBound]
        }
        return LumaImage(width: columns.count, height: rows.count, pixels: pixels)
    }

    private init(of border: Border) {
        top = border.top + min(border.top, 1)
        bottom = border.bottom + min(border.bottom, 1)
        left = border.left + min(border.left, 1)
        right = border.right + min(border.right, 1)
    }

    private static func isEven(_ pixels: [UInt8], from first: Int, step: Int, count: Int) -> Bool {
        var (least, most) = (UInt8.max, UInt8.min)
        for index in 0..<count {
            let value = pixels[first + index * step]
            least = min(least, value)
            most = max(most, value)
            if Int(most) - Int(least) > noise { return false }
        }
        return true
    }
}
