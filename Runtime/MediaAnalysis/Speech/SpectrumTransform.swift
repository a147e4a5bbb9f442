internal import Glibc

/// The Fourier transform of real frames of one length: radix 2, in place, with tables made once.
struct SpectrumTransform {
    private let count: Int
    private let cosines: [Float]
    private let sines: [Float]
    private let places: [Int]
    private var real: [Float]
    private var imaginary: [Float]

    /// - Parameter count: of samples; a power of two.
    init(count: Int) {
        self.count = count
        let angles = (0..<count / 2).map { -2 * Float.pi * Float($0) / Float(count) }
        cosines = angles.map { cosf($0) }
        sines = angles.map { sinf($0) }
        let bits = count.trailingZeroBitCount
        places = (0..<count).map { index in (0..<bits).reduce(0) { $0 << 1 | (index >> $1 & 1) } }
        real = [Float](repeating: 0, count: count)
        imaginary = [Float](repeating: 0, count: count)
    }

    /// The power of every frequency from 0 to half the sampling rate: `count / 2 + 1` of them.
    mutating func power(of samples: [Float]) -> [Float] {
        for index in 0..<count {
            let place = places[index]
            real[index] = place < samples.count ? samples[place] : 0
            imaginary[index] = 0
        }
        transform()
        return (0...count / 2).map { real[$0] * real[$0] + imaginary[$0] * imaginary[$0] }
    }

    /// The autocorrelation of what has this power, for shifts from 0 to half the length.
    mutating func autocorrelation(of power: [Float]) -> [Float] {
        for index in 0..<count {
            let place = places[index]
            real[index] = power[place <= count / 2 ? place : count - place]
            imaginary[index] = 0
        }
        transform()
        return (0...count / 2).map { real[$0] / Float(count) }
    }

    private mutating func transform() {
        var half = 1
        real.withUnsafeMutableBufferPointer { real in
            imaginary.withUnsafeMutableBufferPointer { imaginary in
                while half < count {
                    let step = count / (2 * half)
                    for start in stride(from: 0, to: count, by: 2 * half) {
                        for offset in 0..<half {
                            let (low, high) = (start + offset, start + offset + half)
                            let (c, s) = (cosines[offset * step], sines[offset * step])
                            let r = real[high] * c - imaginary[high] * s
                            let i = real[high] * s + imaginary[high] * c
                            (real[high], imaginary[high]) = (real[low] - r, imaginary[low] - i)
                            (real[low], imaginary[low]) = (real[low] + r, imaginary[low] + i)
                        }
                    }
                    half *= 2
                }
            }
        }
    }
}
