package import MediaDecode

/// Finds the even bars that were put around a picture: letterbox, pillarbox, frames.
package enum PictureBorder {
    /// The values within a bar's row differ by no more, and from the outermost row's mean.
    private static let evenness = 14
    /// What stays of either side, at least.
    private static let leastShare = 0.3
    /// A bar of fewer pixels, as a share of the side, is not worth a second fingerprint.
    private static let leastBar = 0.02

    /// Finds what bars surround.
    ///
    /// - Parameters:
    ///   - luma: the picture.
    ///   - whole: the part of it that is looked at.
    /// - Returns: the part without bars; nil where there are none, or nothing would stay.
    package static func content(of luma: LumaImage, within whole: PictureWindow) -> PictureWindow? {
        let (width, height) = (luma.width, luma.height)
        guard width >= 16, height >= 16 else { return nil }
        return luma.pixels.withUnsafeBufferPointer { pixels in
            let rows = { (line: Int) in Line(pixels, first: line * width, step: 1, count: width) }
            let top = bar(height, rows)
            let bottom = bar(height) { rows(height - 1 - $0) }
            // Columns are looked at between the bars alone, which would make them uneven.
            let (first, last) = (Int(top.rounded(.up)), height - Int(bottom.rounded(.up)))
            guard last - first >= 8 else { return nil }
            let columns = { (line: Int) in Line(pixels, first: first * width + line, step: width, count: last - first) }
            let left = bar(width, columns)
            let right = bar(width) { columns(width - 1 - $0) }
            let window = PictureWindow(
                x: left,
                y: top,
                width: whole.width - left - (right > 0 ? right - (Double(width) - whole.width) : 0),
                height: whole.height - top - (bottom > 0 ? bottom - (Double(height) - whole.height) : 0)
            )
            guard window.width >= leastShare * whole.width, window.height >= leastShare * whole.height,
                whole.width - window.width >= leastBar * whole.width
                    || whole.height - window.height >= leastBar * whole.height
            else { return nil }
            return window
        }
    }

    /// How many lines from the outermost on are a bar; the last in part, where it is mixed with the picture.
    private static func bar(_ count: Int, _ line: (Int) -> Line) -> Double {
        let outermost = line(0)
        guard outermost.range <= evenness else { return 0 }
        var end = 1
        while end < count {
            let next = line(end)
            guard next.range <= evenness, abs(next.mean - outermost.mean) <= Double(evenness) else { break }
            end += 1
        }
        guard end + 1 < count else { return Double(end) }
        let mixed = line(end).difference(from: outermost.mean)
        let inner = line(end + 1).difference(from: outermost.mean)
        return Double(end) + 1 - min(mixed / max(inner, 1), 1)
    }

    /// A row or column.
    private struct Line {
        private let pixels: UnsafeBufferPointer<UInt8>
        private let first: Int
        private let step: Int
        private let count: Int
        let mean: Double
        let range: Int

        init(_ pixels: UnsafeBufferPointer<UInt8>, first: Int, step: Int, count: Int) {
            (self.pixels, self.first, self.step, self.count) = (pixels, first, step, count)
            var (least, most, sum) = (255, 0, 0)
            for index in 0..<count {
                let value = Int(pixels[first + index * step])
                (least, most, sum) = (min(least, value), max(most, value), sum + value)
            }
            mean = Double(sum) / Double(max(count, 1))
            range = most - least
        }

        /// The mean distance of the values from one.
        func difference(from value: Double) -> Double {
            (0..<count).reduce(0) { $0 + abs(Double(pixels[first + $1 * step]) - value) } / Double(max(count, 1))
        }
    }
}
