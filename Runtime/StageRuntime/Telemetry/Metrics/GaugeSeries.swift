internal import CoreMetrics

/// A value as it is now, or the highest since the last export.
final class GaugeSeries: MetricSeries, MeterHandler, RecorderHandler {
    private let value = AtomicDouble(.nan)
    private let isMaximum: Bool
    private let isWhole: Bool

    init(isMaximum: Bool, isWhole: Bool) {
        self.isMaximum = isMaximum
        self.isWhole = isWhole
    }

    func set(_ new: Int64) { set(Double(new)) }

    func set(_ new: Double) {
        if isMaximum {
            value.update { $0 > new ? $0 : new }
        } else {
            value.set(new)
        }
    }

    func increment(by amount: Double) { value.update { ($0.isNaN ? 0 : $0) + amount } }
    func decrement(by amount: Double) { increment(by: -amount) }
    func record(_ value: Int64) { set(Double(value)) }
    func record(_ value: Double) { set(value) }

    func write(to writer: inout ProtobufWriter) -> Bool {
        let now = isMaximum ? value.exchange(.nan) : value.value
        guard now.isFinite else { return false }
        if isWhole, let whole = Int64(exactly: now.rounded()) {
            writer.fixed64(6, UInt64(bitPattern: whole))
        } else {
            writer.double(4, now)
        }
        return true
    }
}
