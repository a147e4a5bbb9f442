internal import Synchronization

/// How long a lease should be: as long as 99 of 100 handlings take, so that few need an extension and a crash is noticed
/// soon.
///
/// Source: Google's Pub/Sub clients, which set the deadline to the 99th percentile of what they have seen.
final class LeaseEstimate: Sendable {
    private static let bounds: ClosedRange<Duration> = .seconds(10) ... .seconds(600)
    /// Before so many were seen, the stage's own limit holds.
    private static let enoughCount = 20
    /// Then all counts are halved: what is long past weighs little.
    private static let halvingCount = 2000
    /// Four buckets double the time: 1 ms to 17 min.
    private static let bucketCount = 80

    private let initial: Duration
    private let counts = Mutex([Int](repeating: 0, count: LeaseEstimate.bucketCount))

    init(initial: Duration) { self.initial = initial }

    /// Takes in how long a message was worked on.
    func record(_ duration: Duration) {
        counts.withLock { counts in
            counts[Self.bucket(duration)] += 1
            if counts.reduce(0, +) >= Self.halvingCount { for index in counts.indices { counts[index] /= 2 } }
        }
    }

    /// The lease to ask for.
    var lease: Duration {
        let estimate: Duration? = counts.withLock { counts in
            let total = counts.reduce(0, +)
            guard total >= Self.enoughCount else { return nil }
            var rest = total / 100
            guard
                let slowest = counts.indices.reversed().first(where: { index in
                    rest -= counts[index]
                    return rest < 0
                })
            else { return nil }
            return Self.upperBound(slowest)
        }
        return estimate.map { min(max($0, Self.bounds.lowerBound), Self.bounds.upperBound) } ?? initial
    }

    private static func bucket(_ duration: Duration) -> Int {
        var (bound, index) = (1.0, 0)
        let milliseconds = duration / .milliseconds(1)
        while bound < milliseconds && index < bucketCount - 1 {
            bound *= growth
            index += 1
        }
        return index
    }

    private static func upperBound(_ bucket: Int) -> Duration {
        var bound = 1.0
        for _ in 0..<bucket { bound *= growth }
        return .milliseconds(1) * bound
    }

    /// The fourth root of 2.
    private static let growth = 1.189_207_115_002_721
}
