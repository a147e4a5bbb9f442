#if canImport(Glibc)
internal import Glibc
#endif

/// The two filters that make a channel sound as loud as it is heard: ITU-R BS.1770-4, annex 1.
///
/// The standard gives the coefficients at 48 kHz; for other rates they are made from the analogue filters behind them.
struct KWeighting {
    /// A filter of second order, direct form II transposed.
    private struct Section {
        let b0, b1, b2, a1, a2: Double
        var z1 = 0.0
        var z2 = 0.0
    }

    private static let shelfHertz = 1681.974450955533

    private var shelf: Section
    private var highPass: Section

    init(sampleRate: Int) {
        let rate = Double(sampleRate)
        shelf = Self.shelf(rate)
        highPass = Self.highPass(rate)
    }

    /// Filters samples and adds up their squares.
    mutating func energy(of samples: UnsafeBufferPointer<Float>) -> Double {
        var first = shelf
        var second = highPass
        var energy = 0.0
        for sample in samples {
            let x = Double(sample)
            let y = first.b0 * x + first.z1
            first.z1 = first.b1 * x - first.a1 * y + first.z2
            first.z2 = first.b2 * x - first.a2 * y
            let z = second.b0 * y + second.z1
            second.z1 = second.b1 * y - second.a1 * z + second.z2
            second.z2 = second.b2 * y - second.a2 * z
            energy += z * z
        }
        // Ever smaller numbers after the sound has ended would make the sums slow.
        if energy < 1e-30 { (first.z1, first.z2, second.z1, second.z2) = (0, 0, 0, 0) }
        shelf = first
        highPass = second
        return energy
    }

    /// Lifts the treble by 4 dB, as a head does. A rate that is too low for any has none to lift, and no stable filter.
    private static func shelf(_ rate: Double) -> Section {
        guard rate > 2 * shelfHertz else { return Section(b0: 1, b1: 0, b2: 0, a1: 0, a2: 0) }
        let k = tan(Double.pi * shelfHertz / rate)
        let q = 0.7071752369554196
        let high = pow(10, 3.999843853973347 / 20)
        let band = pow(high, 0.4996667741545416)
        let a0 = 1 + k / q + k * k
        return Section(
            b0: (high + band * k / q + k * k) / a0,
            b1: 2 * (k * k - high) / a0,
            b2: (high - band * k / q + k * k) / a0,
            a1: 2 * (k * k - 1) / a0,
            a2: (1 - k / q + k * k) / a0
        )
    }

    private static func highPass(_ rate: Double) -> Section {
        let k = tan(Double.pi * 38.13547087602444 / rate)
        let q = 0.5003270373238773
        let a0 = 1 + k / q + k * k
        return Section(b0: 1, b1: -2, b2: 1, a1: 2 * (k * k - 1) / a0, a2: (1 - k / q + k * k) / a0)
    }
}
