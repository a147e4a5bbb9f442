internal import CoreMetrics
internal import Synchronization

/// All instruments of a process, as the factory behind swift-metrics; an export reads them all.
final class MetricRegistry: Sendable {
    private struct Instrument {
        let description: MetricDescription
        var series: [MetricAttributes: any MetricSeries] = [:]
    }

    /// One name may be used by a counter here and a timer there: they stay apart.
    private struct InstrumentKey: Hashable {
        let name: String
        let isHistogram: Bool
    }

    private let instruments = Mutex<[InstrumentKey: Instrument]>([:])
    /// Nanoseconds since 1970; sums count from here.
    private let began: UInt64

    init(began: UInt64) { self.began = began }

    /// The series of an instrument with these attributes; past the limits, one that stands for all others.
    func series<Series: MetricSeries>(
        _ description: MetricDescription,
        _ dimensions: [(String, String)],
        _ make: () -> Series
    ) -> Series {
        var isHistogram = false
        if case .histogram = description.shape { isHistogram = true }
        let key = InstrumentKey(name: description.name, isHistogram: isHistogram)
        return instruments.withLock { instruments in
            guard instruments[key] != nil || instruments.count < MetricLimits.instrumentCount else { return make() }
            var instrument = instruments[key] ?? Instrument(description: description)
            var attributes = MetricAttributes(dimensions)
            if instrument.series[attributes] == nil, instrument.series.count >= MetricLimits.seriesCount - 1 {
                attributes = .overflow
            }
            if let known = instrument.series[attributes] {
                // Of another kind under one name: it is kept, and counts for nobody.
                return known as? Series ?? make()
            }
            let made = make()
            instrument.series[attributes] = made
            instruments[key] = instrument
            return made
        }
    }

    /// All values as `opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest`.
    ///
    /// - Parameters:
    ///   - resource: what produced them.
    ///   - now: nanoseconds since 1970.
    /// - Returns: nil where there are none.
    func encoded(resource: TelemetryResource, now: UInt64) -> ExportBatch? {
        let all = instruments.withLock { $0 }.sorted { $0.key.name < $1.key.name }.map(\.value)
        var writer = ProtobufWriter()
        var count = 0
        writer.message(1) { writer in
            resource.write(to: &writer, field: 1)
            writer.message(2) { writer in
                TelemetryScope.write(to: &writer, field: 1)
                for instrument in all { count += write(instrument, now, to: &writer) }
            }
        }
        return count > 0 ? ExportBatch(body: writer.bytes, count: count, hasMore: false) : nil
    }

    private func write(_ instrument: Instrument, _ now: UInt64, to writer: inout ProtobufWriter) -> Int {
        let points = instrument.series.compactMap { point($0.key, $0.value, instrument.description.shape, now) }
        guard !points.isEmpty else { return 0 }
        writer.message(2) { writer in
            writer.string(1, instrument.description.name)
            writer.string(2, instrument.description.text)
            writer.string(3, instrument.description.unit)
            let isCumulative = 2
            switch instrument.description.shape {
            case .gauge, .maximum: writer.message(5) { $0.points(points) }
            case .counter, .upDownCounter:
                writer.message(7) { writer in
                    writer.points(points)
                    writer.integer(2, isCumulative)
                    writer.integer(3, instrument.description.shape == .counter ? 1 : 0)
                }
            case .histogram:
                writer.message(9) { writer in
                    writer.points(points)
                    writer.integer(2, isCumulative)
                }
            }
        }
        return points.count
    }

    /// A data point's fields, or nil where it has no value.
    private func point(
        _ attributes: MetricAttributes,
        _ series: any MetricSeries,
        _ shape: MetricDescription.Shape,
        _ now: UInt64
    ) -> ProtobufWriter? {
        var writer = ProtobufWriter()
        guard series.write(to: &writer) else { return nil }
        var field = 7
        if case .histogram = shape { field = 9 }
        for pair in attributes.pairs { writer.attribute(field, pair.name, pair.value) }
        writer.fixed64(2, began)
        writer.fixed64(3, now)
        return writer
    }
}

/// Bounds of what is kept.
enum MetricLimits {
    static let instrumentCount = 500
    /// Of one instrument, the one for all others included.
    static let seriesCount = 200
}

extension ProtobufWriter {
    fileprivate mutating func points(_ points: [ProtobufWriter]) {
        for point in points { message(1) { $0.append(point) } }
    }
}
