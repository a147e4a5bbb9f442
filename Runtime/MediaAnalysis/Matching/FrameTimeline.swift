import Pipeline

/// A video's fingerprints, by time.
struct FrameTimeline {
    let prints: [FrameFingerprint]

    /// By start.
    init(_ prints: [FrameFingerprint]) { self.prints = prints.filter { $0.endMilliseconds > $0.startMilliseconds } }

    var endMilliseconds: Int { prints.last?.endMilliseconds ?? 0 }

    /// Those that prove something, at most so many.
    func useful(atMost count: Int) -> [FrameFingerprint] { prints.filter(\.isUseful).thinned(to: count) }

    /// The print that stands at a time; nil before the first, after the last and in gaps.
    func print(at milliseconds: Double) -> FrameFingerprint? {
        index(at: milliseconds).map { prints[$0] }
    }

    /// The nearest hash within a time, and whether there was anything to compare.
    func distance(from hash: PictureHash, around milliseconds: Double, within reach: Double) -> Int? {
        guard var index = index(at: milliseconds - reach) ?? index(at: milliseconds) ?? index(at: milliseconds + reach)
        else { return nil }
        var least: Int?
        while index < prints.count, Double(prints[index].startMilliseconds) <= milliseconds + reach {
            if prints[index].isUseful { least = min(least ?? .max, hash.distance(to: prints[index].hash)) }
            index += 1
        }
        return least
    }

    /// Binary search for the last print that begins by then.
    private func index(at milliseconds: Double) -> Int? {
        var (low, high) = (0, prints.count)
        while low < high {
            let middle = (low + high) / 2
            if Double(prints[middle].startMilliseconds) <= milliseconds { low = middle + 1 } else { high = middle }
        }
        guard low > 0, Double(prints[low - 1].endMilliseconds) > milliseconds else { return nil }
        return low - 1
    }
}

extension FrameFingerprint {
    /// Whether there is enough to be seen for it to prove anything.
    var isUseful: Bool { quality >= MatchLimits.quality }
}
