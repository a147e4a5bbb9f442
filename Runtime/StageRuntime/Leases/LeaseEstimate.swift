internal import Glibc
internal import Synchronization

/// How long a lease should be: as long as 99 of 100 handlings take, so that few need an extension and a crash is noticed
/// soon.
///
/// Source: Google's Pub/Sub clients, which set the deadline to the 99th percentile of what they have seen.
final class LeaseEstimate: Sendable {
    private struct State {
        var counts = [Int](repeating: 0, count: LeaseEstimate.bucketCount)
        var total = 0
        /// Nil until enough were seen.
        var lease: Duration?
        /// When it is worked out anew.
        var nextTotal = LeaseEstimate.enoughCount
    }

    /// An extension is asked for when a third has gone by: the rest must do for a call that hangs, and another.
    private static let bounds: ClosedRange<Duration> = .seconds(30) ... .seconds(600)
    /// Before so many were seen, the stage's own limit holds.
    private static let enoughCount = 20
    /// So many more are seen before the estimate may change.
    private static let stepCount = 20
    /// Then all counts are halved: what is long past weighs little.
    private static let halvingCount = 2000
    /// Four buckets double the time: 1 ms to 17 min.
    private static let (bucketCount, bucketsPerDoubling) = (80, 4.0)

    private let initial: Duration
    private let state = Mutex(State())

    init(initial: Duration) { self.initial = initial }

    /// The lease to ask for.
    var lease: Duration { state.withLock { $0.lease } ?? initial }

    /// Takes in how long a message was worked on.
    func record(_ duration: Duration) {
        let bucket = Self.bucket(duration)
        state.withLock { state in
            state.counts[bucket] += 1
            state.total += 1
            guard state.total >= state.nextTotal else { return }
            if state.total >= Self.halvingCount {
                for index in state.counts.indices { state.counts[index] /= 2 }
                state.total = state.counts.reduce(0, +)
            }
            state.nextTotal = state.total + Self.stepCount
            state.lease = min(
                max(Self.percentile99(state.counts, state.total), Self.bounds.lowerBound),
                Self.bounds.upperBound
            )
        }
    }

    private static func percentile99(_ counts: [Int], _ total: Int) -> Duration {
        var rest = total / 100
        for bucket in counts.indices.reversed() {
            rest -= counts[bucket]
            if rest < 0 { return upperBound(bucket) }
        }
        return .zero
    }

    private static func bucket(_ duration: Duration) -> Int {
        let milliseconds = duration / .milliseconds(1)
        guard milliseconds > 1 else { return 0 }
        return min(Int(log2(milliseconds) * bucketsPerDoubling + 1), bucketCount - 1)
    }

    private static func upperBound(_ bucket: Int) -> Duration {
        .milliseconds(1) * exp2(Double(bucket) / bucketsPerDoubling)
    }
}
