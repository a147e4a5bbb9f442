internal import Glibc

/// Loudness of many blocks, in bounded memory: how many there were in every hundredth of a LU, and their energy.
struct LoudnessHistogram {
    /// The absolute gate: what is quieter is not counted.
    static let gateLUFS = -70.0
    private static let binsPerLU = 100.0
    private static let binCount = 8000

    private var counts = [Int](repeating: 0, count: binCount)
    private var energies = [Double](repeating: 0, count: binCount)

    static func loudness(_ energy: Double) -> Double { -0.691 + 10 * log10(energy) }

    mutating func add(_ energy: Double) {
        guard let bin = Self.bin(Self.loudness(energy)) else { return }
        counts[bin] += 1
        energies[bin] += energy
    }

    /// The mean of what is at most `gate` LU quieter than the mean of all; nil where there is nothing.
    func gatedMean(_ gate: Double) -> Double? {
        first(gate).flatMap { mean(from: $0) }.map(Self.loudness)
    }

    /// From the 10th to the 95th percentile of what is at most 20 LU quieter than the mean (EBU Tech 3342).
    var range: Double? {
        guard let first = first(20) else { return nil }
        let count = Double(counts[first...].reduce(0, +))
        guard count > 0 else { return nil }
        let low = percentile(0.1 * count, first)
        return percentile(0.95 * count, first) - low
    }

    private func first(_ gate: Double) -> Int? {
        guard let mean = mean(from: 0) else { return nil }
        return Self.bin(Self.loudness(mean) - gate) ?? 0
    }

    private func mean(from bin: Int) -> Double? {
        let count = counts[bin...].reduce(0, +)
        return count == 0 ? nil : energies[bin...].reduce(0, +) / Double(count)
    }

    private func percentile(_ count: Double, _ first: Int) -> Double {
        var sum = 0
        for bin in first..<Self.binCount {
            sum += counts[bin]
            if Double(sum) >= count, counts[bin] > 0 { return Self.gateLUFS + Double(bin) / Self.binsPerLU }
        }
        return Self.gateLUFS
    }

    private static func bin(_ loudness: Double) -> Int? {
        guard loudness.isFinite, loudness >= gateLUFS else { return nil }
        return min(Int((loudness - gateLUFS) * binsPerLU), binCount - 1)
    }
}
