internal import CoreMetrics
internal import Synchronization

/// How often values fell between which bounds.
final class HistogramSeries: MetricSeries, RecorderHandler, TimerHandler {
    private struct State {
        var counts: [UInt64]
        var sum = 0.0
        var least = Double.infinity
        var most = -Double.infinity
    }

    private let bounds: [Double]
    private let state: Mutex<State>

    /// Makes an empty histogram with upper bounds in ascending order, each of them in its bucket.
    init(bounds: [Double]) {
        self.bounds = bounds
        state = Mutex(State(counts: [UInt64](repeating: 0, count: bounds.count + 1)))
    }

    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        guard value.isFinite else { return }
        let bucket = bounds.firstIndex { value <= $0 } ?? bounds.count
        state.withLock { state in
            state.counts[bucket] += 1
            state.sum += value
            state.least = min(state.least, value)
            state.most = max(state.most, value)
        }
    }

    /// Durations are in seconds, as OpenTelemetry has them.
    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }

    func write(to writer: inout ProtobufWriter) -> Bool {
        let state = state.withLock { $0 }
        let count = state.counts.reduce(0, +)
        writer.fixed64(4, count)
        writer.double(5, state.sum)
        writer.packed(6, state.counts)
        writer.packed(7, bounds.map(\.bitPattern))
        if count > 0 {
            writer.double(11, state.least)
            writer.double(12, state.most)
        }
        return true
    }
}
