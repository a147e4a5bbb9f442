/// Which offset most of what looks alike speaks for.
struct OffsetVotes {
    /// Of a quarter of a second.
    private static let binMilliseconds = 250.0

    /// Where the other asset's time 0 of the first lies, in milliseconds.
    let offset: Double
    let weight: Double
    private let rate: Double
    private let bin: Int

    /// Counts; nil where nobody votes.
    ///
    /// - Parameters:
    ///   - ballots: a time, and those of the other asset that look or sound like it; together they have one vote.
    ///   - rate: how much faster the other asset runs.
    init?(_ ballots: [(start: Int, others: [Int])], rate: Double) {
        var bins: [Int: Double] = [:]
        for (start, others) in ballots {
            for other in others { bins[Self.bin(start, other, rate), default: 0] += 1 / Double(others.count) }
        }
        // An offset may lie at a bin's edge.
        let sums = bins.keys.map { bin in (bin, (-1...1).reduce(0) { $0 + (bins[bin + $1] ?? 0) }) }
        guard let best = sums.max(by: { ($0.1, -$0.0) < ($1.1, -$1.0) }) else { return nil }
        var offsets: [Double] = []
        for (start, others) in ballots {
            for other in others where abs(Self.bin(start, other, rate) - best.0) <= 1 {
                offsets.append(Double(other) - Double(start) * rate)
            }
        }
        offset = offsets.sorted()[offsets.count / 2]
        weight = best.1
        bin = best.0
        self.rate = rate
    }

    /// Whether one of its votes was for this offset.
    func supports(_ start: Int, _ others: [Int]) -> Bool {
        others.contains { abs(Self.bin(start, $0, rate) - bin) <= 1 }
    }

    private static func bin(_ start: Int, _ other: Int, _ rate: Double) -> Int {
        Int(((Double(other) - Double(start) * rate) / binMilliseconds).rounded(.down))
    }
}
