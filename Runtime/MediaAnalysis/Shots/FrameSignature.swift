import MediaDecode

/// A frame made so small that it can be compared with many others: 64 by 36 values, as they are and evened out.
///
/// Comparing evened-out values (mean 0, deviation 1) leaves out brightness and contrast: a flash, a fade or an exposure
/// that drifts is still the same picture.
struct FrameSignature {
    static let width = 64
    static let height = 36
    static let count = width * height
    /// Blocks are as wide as a vector.
    static let blockWidth = 8
    static let blockHeight = 9
    /// How far a block is searched for, in pixels of the signature: a tenth of the picture both ways.
    static let reach = 3
    static let rowStride = width + 2 * reach
    /// A deviation below this is noise on an even picture.
    private static let smallestDeviation: Float = 5

    let milliseconds: Int
    /// 0 to 255.
    let mean: Float
    /// Standard deviation: how far the picture is from being even.
    let deviation: Float
    /// Row by row.
    let values: [Float]
    /// Evened out, with `reach` pixels of the edge repeated on every side.
    let padded: [Float]

    init(_ luma: LumaImage, at milliseconds: Int) {
        self.milliseconds = milliseconds
        let values = Self.shrunk(luma)
        var sum: Float = 0
        var squares: Float = 0
        for value in values {
            sum += value
            squares += value * value
        }
        let mean = sum / Float(Self.count)
        let deviation = max(squares / Float(Self.count) - mean * mean, 0).squareRoot()
        self.mean = mean
        self.deviation = deviation
        self.values = values
        padded = Self.padded(values, mean, 1 / max(deviation, Self.smallestDeviation))
    }

    /// The same picture at another time.
    init(_ other: FrameSignature, at milliseconds: Int) {
        self.milliseconds = milliseconds
        (mean, deviation, values, padded) = (other.mean, other.deviation, other.values, other.padded)
    }

    private static func shrunk(_ luma: LumaImage) -> [Float] {
        guard luma.width > 0, luma.height > 0 else { return [Float](repeating: 0, count: count) }
        return [Float](unsafeUninitializedCapacity: count) { values, initialized in
            luma.pixels.withUnsafeBufferPointer { pixels in
                for row in 0..<height {
                    let top = row * luma.height / height
                    let bottom = max((row + 1) * luma.height / height, top + 1)
                    for column in 0..<width {
                        let left = column * luma.width / width
                        let right = max((column + 1) * luma.width / width, left + 1)
                        var sum = 0
                        for y in top..<bottom {
                            for x in left..<right { sum &+= Int(pixels[y &* luma.width &+ x]) }
                        }
                        values[row * width + column] = Float(sum) / Float((bottom - top) * (right - left))
                    }
                }
            }
            initialized = count
        }
    }

    private static func padded(_ values: [Float], _ mean: Float, _ scale: Float) -> [Float] {
        let rows = height + 2 * reach
        return [Float](unsafeUninitializedCapacity: rowStride * rows) { padded, initialized in
            for row in 0..<rows {
                let from = min(max(row - reach, 0), height - 1) * width
                for column in 0..<rowStride {
                    let x = min(max(column - reach, 0), width - 1)
                    padded[row * rowStride + column] = (values[from + x] - mean) * scale
                }
            }
            initialized = rowStride * rows
        }
    }
}
