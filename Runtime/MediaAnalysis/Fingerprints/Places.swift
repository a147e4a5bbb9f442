import Glibc
import MediaDecode

/// A picture's brightness at 64 by 64 places.
struct Places {
    private static let side = ResampleWeights.placeCount
    /// What the sum of the gradients is divided by, so that an ordinary picture has 100 (PDQ's value).
    private static let gradientsPerQuality = 90

    /// Row by row.
    let values: [Float]

    /// Brings a picture to 64 by 64.
    ///
    /// - Parameters:
    ///   - luma: the pixels.
    ///   - window: the part of it that is taken.
    init(_ luma: LumaImage, _ window: PictureWindow) {
        guard luma.width > 0, luma.height > 0 else {
            values = [Float](repeating: 0, count: Self.side * Self.side)
            return
        }
        let columns = ResampleWeights(pixelCount: luma.width, from: window.x, extent: window.width)
        let rows = ResampleWeights(pixelCount: luma.height, from: window.y, extent: window.height)
        values = [Float](unsafeUninitializedCapacity: Self.side * Self.side) { values, count in
            withUnsafeTemporaryAllocation(of: Float.self, capacity: luma.width) { row in
                luma.pixels.withUnsafeBufferPointer { pixels in
                    for place in 0..<Self.side {
                        Self.mix(pixels, luma.width, rows, place, into: row)
                        Self.resample(row, columns, into: &values, at: place * Self.side)
                    }
                }
            }
            count = Self.side * Self.side
        }
    }

    private init(values: [Float]) { self.values = values }

    /// The picture turned about its middle and drawn larger, so that its edges are cut off.
    ///
    /// - Parameters:
    ///   - degrees: clockwise.
    ///   - share: how much of either side stays.
    ///   - aspect: the picture's width by its height.
    /// - Returns: what is to be seen then; behind the edges, that goes on as it ends.
    func turned(degrees: Double, keeping share: Double, aspect: Double) -> Places {
        let (sine, cosine) = (Float(sin(degrees * .pi / 180)), Float(cos(degrees * .pi / 180)))
        let (share, aspect, last) = (Float(share), Float(aspect), Float(Self.side - 1))
        let turned = [Float](unsafeUninitializedCapacity: Self.side * Self.side) { turned, count in
            values.withUnsafeBufferPointer { values in
                for row in 0..<Self.side {
                    let down = (Float(row) - last / 2) * share
                    for column in 0..<Self.side {
                        let right = (Float(column) - last / 2) * share
                        let x = min(max(right * cosine + down * sine / aspect + last / 2, 0), last)
                        let y = min(max(down * cosine - right * sine * aspect + last / 2, 0), last)
                        let (left, top) = (min(Int(x), Self.side - 2), min(Int(y), Self.side - 2))
                        let (across, below) = (x - Float(left), y - Float(top))
                        let first = top * Self.side + left
                        let upper = values[first] + across * (values[first + 1] - values[first])
                        let next = first + Self.side
                        let lower = values[next] + across * (values[next + 1] - values[next])
                        turned[row * Self.side + column] = upper + below * (lower - upper)
                    }
                }
            }
            count = Self.side * Self.side
        }
        return Places(values: turned)
    }

    /// The mean of some rows, by their weights.
    private static func mix(
        _ pixels: UnsafeBufferPointer<UInt8>,
        _ width: Int,
        _ rows: ResampleWeights,
        _ place: Int,
        into target: UnsafeMutableBufferPointer<Float>
    ) {
        for column in 0..<width { target[column] = 0 }
        for tap in 0..<rows.tapCount {
            let weight = rows.weights[place * rows.tapCount + tap]
            guard weight > 0 else { continue }
            let source = UnsafeBufferPointer(rebasing: pixels[((rows.first[place] + tap) * width)...].prefix(width))
            for column in 0..<width { target[column] += weight * Float(source[column]) }
        }
    }

    private static func resample(
        _ row: UnsafeMutableBufferPointer<Float>,
        _ columns: ResampleWeights,
        into values: inout UnsafeMutableBufferPointer<Float>,
        at offset: Int
    ) {
        columns.weights.withUnsafeBufferPointer { weights in
            for place in 0..<side {
                var sum: Float = 0
                let first = columns.first[place]
                for tap in 0..<columns.tapCount { sum += weights[place * columns.tapCount + tap] * row[first + tap] }
                values[offset + place] = sum
            }
        }
    }

    /// The sum of the gradients that can be seen, 0 to 100 (PDQ's measure).
    var quality: Int {
        var sum = 0
        for row in 0..<Self.side {
            for column in 0..<Self.side {
                let value = values[row * Self.side + column]
                if row + 1 < Self.side { sum += Self.step(value, values[(row + 1) * Self.side + column]) }
                if column + 1 < Self.side { sum += Self.step(value, values[row * Self.side + column + 1]) }
            }
        }
        return min(sum / Self.gradientsPerQuality, 100)
    }

    /// A difference in whole hundredths of the way from black to white; smaller ones are noise.
    private static func step(_ one: Float, _ other: Float) -> Int { Int(abs(one - other) * 100 / 255) }

    /// The 16 by 16 lowest frequencies, row by row, from half a wave on.
    func spectrum() -> [Float] {
        let count = PictureSpectrum.side
        let basis = Self.basis
        // Rows first: 64 rows of 16 columns; then their columns.
        var narrow = [Float](repeating: 0, count: Self.side * count)
        for row in 0..<Self.side {
            for place in 0..<Self.side {
                let value = values[row * Self.side + place]
                for column in 0..<count { narrow[row * count + column] += value * basis[place * count + column] }
            }
        }
        var spectrum = [Float](repeating: 0, count: count * count)
        for place in 0..<Self.side {
            for row in 0..<count {
                let factor = basis[place * count + row]
                for column in 0..<count { spectrum[row * count + column] += factor * narrow[place * count + column] }
            }
        }
        return spectrum
    }

    /// 16 cosines at every one of 64 places.
    private static let basis: [Float] = (0..<side).flatMap { place in
        (1...PictureSpectrum.side).map { frequency in
            Float((2.0 / Double(side)).squareRoot() * cos(.pi / 128 * Double(frequency * (2 * place + 1))))
        }
    }
}
