/// The highest point of one channel's wave, between its samples too: ITU-R BS.1770-4, annex 2, four times oversampled.
struct TruePeakMeter {
    private static let tapCount = 12
    /// The phases' coefficients; the other two are these in the other order.
    private static let first: [Float] = [
        0.0017089843750, 0.0109863281250, -0.0196533203125, 0.0332031250000, -0.0594482421875, 0.1373291015625,
        0.9721679687500, -0.1022949218750, 0.0476074218750, -0.0266113281250, 0.0148925781250, -0.0083007812500,
    ]
    private static let second: [Float] = [
        -0.0291748046875, 0.0292968750000, -0.0517578125000, 0.0891113281250, -0.1665039062500, 0.4650878906250,
        0.7797851562500, -0.2003173828125, 0.1015625000000, -0.0582275390625, 0.0330810546875, -0.0189208984375,
    ]
    private static let phases = [first, second, second.reversed(), first.reversed()]
    /// No phase makes more of its samples: the largest sum of a phase's magnitudes.
    private static let largestGain: Float = 2.03
    /// A wave of so many samples a second has its peaks in them.
    private static let denseRate = 192_000

    private(set) var peak: Float = 0
    private let isDense: Bool
    /// The last samples, then those that were given.
    private var samples = [Float](repeating: 0, count: tapCount - 1)

    init(sampleRate: Int) { isDense = sampleRate >= Self.denseRate }

    /// Takes the next samples.
    ///
    /// - Parameters:
    ///   - given: the samples.
    ///   - samplePeak: the largest magnitude among them.
    mutating func add(_ given: UnsafeBufferPointer<Float>, samplePeak: Float) {
        let kept = Self.tapCount - 1
        let before = samples.reduce(0) { max($0, abs($1)) }
        peak = max(peak, samplePeak)
        let mayRise = !isDense && max(before, samplePeak) * Self.largestGain > peak
        guard mayRise else {
            samples = Array((samples + given.suffix(kept)).suffix(kept))
            return
        }
        samples += given
        // Whole vectors: what is added for the last is cut off below.
        let padding = [Float](repeating: 0, count: 8)
        samples += padding
        peak = max(peak, samples.withUnsafeBytes { Self.highest($0, count: given.count) })
        samples = Array(samples.dropLast(padding.count).suffix(kept))
    }

    private static func highest(_ bytes: UnsafeRawBufferPointer, count: Int) -> Float {
        var highest = SIMD8<Float>(repeating: 0)
        for phase in phases {
            phase.withUnsafeBufferPointer { taps in
                for start in stride(from: 0, to: count, by: 8) {
                    var sum = SIMD8<Float>(repeating: 0)
                    for tap in 0..<tapCount {
                        let place = (start + tap) * MemoryLayout<Float>.stride
                        sum += taps[tap] * bytes.loadUnaligned(fromByteOffset: place, as: SIMD8<Float>.self)
                    }
                    // The last vector may reach behind the last sample.
                    if start + 8 > count { for lane in count - start..<8 { sum[lane] = 0 } }
                    highest.replace(with: sum, where: sum .> highest)
                    let below = -sum
                    highest.replace(with: below, where: below .> highest)
                }
            }
        }
        return highest.max()
    }
}
