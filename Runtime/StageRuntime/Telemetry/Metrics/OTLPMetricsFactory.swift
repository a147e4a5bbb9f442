package import CoreMetrics

/// Makes swift-metrics' instruments; those that the catalog knows have its unit and buckets, others a plain default.
package struct OTLPMetricsFactory: MetricsFactory {
    let registry: MetricRegistry

    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        counter(label, dimensions)
    }

    package func makeFloatingPointCounter(
        label: String,
        dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        counter(label, dimensions, isWhole: false)
    }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        gauge(label, dimensions)
    }

    package func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        aggregate ? histogram(label, dimensions, unit: "", HistogramBounds.plain) : gauge(label, dimensions)
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        histogram(label, dimensions, unit: "s", HistogramBounds.seconds)
    }

    // A cumulative series stays until the process ends; their number is bounded.
    package func destroyCounter(_ handler: any CounterHandler) {}
    package func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    package func destroyMeter(_ handler: any MeterHandler) {}
    package func destroyRecorder(_ handler: any RecorderHandler) {}
    package func destroyTimer(_ handler: any TimerHandler) {}

    func counter(_ label: String, _ dimensions: [(String, String)], isWhole: Bool = true) -> CounterSeries {
        let known = MetricDescription.catalog[label]
        let isWhole = known?.isWhole ?? isWhole
        return registry.series(known ?? MetricDescription(label, "", "", .counter), dimensions) {
            CounterSeries(isWhole: isWhole)
        }
    }

    func gauge(_ label: String, _ dimensions: [(String, String)]) -> GaugeSeries {
        let description = MetricDescription.catalog[label] ?? MetricDescription(label, "", "", .gauge)
        return registry.series(description, dimensions) {
            GaugeSeries(isMaximum: description.shape == .maximum, isWhole: description.isWhole)
        }
    }

    private func histogram(
        _ label: String,
        _ dimensions: [(String, String)],
        unit: String,
        _ bounds: [Double]
    ) -> HistogramSeries {
        let plain = MetricDescription(label, unit, "", .histogram(bounds: bounds))
        let description = MetricDescription.catalog[label] ?? plain
        guard case .histogram(let bounds) = description.shape else { return HistogramSeries(bounds: bounds) }
        return registry.series(description, dimensions) { HistogramSeries(bounds: bounds) }
    }
}
