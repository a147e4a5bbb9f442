internal import CoreMetrics
internal import Synchronization

/// A sum that only grows.
final class CounterSeries: MetricSeries, CounterHandler, FloatingPointCounterHandler {
    private let whole = Atomic<Int64>(0)
    private let fraction = AtomicDouble(0)
    private let isWhole: Bool

    init(isWhole: Bool) { self.isWhole = isWhole }

    func increment(by amount: Int64) {
        guard amount > 0 else { return }
        whole.wrappingAdd(amount, ordering: .relaxed)
    }

    func increment(by amount: Double) {
        guard amount > 0, amount.isFinite else { return }
        fraction.update { $0 + amount }
    }

    /// Sets a sum that is kept elsewhere, as the system keeps a process's CPU time.
    func observe(_ total: Double) { fraction.set(total) }

    /// A cumulative sum has no way back to zero but a new process.
    func reset() {}

    func write(to writer: inout ProtobufWriter) -> Bool {
        let (whole, fraction) = (whole.load(ordering: .relaxed), fraction.value)
        if isWhole {
            writer.fixed64(6, UInt64(bitPattern: whole &+ (Int64(exactly: fraction.rounded()) ?? 0)))
        } else {
            writer.double(4, Double(whole) + fraction)
        }
        return true
    }
}
