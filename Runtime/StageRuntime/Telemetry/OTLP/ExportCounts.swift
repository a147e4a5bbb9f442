internal import CoreMetrics

/// Counts what became of one signal, by the semantic conventions for SDKs: `otel.sdk.*`.
struct ExportCounts: Sendable {
    let signal: TelemetrySignal
    private let factory: any MetricsFactory
    private let sent: any CounterHandler

    init(_ signal: TelemetrySignal, _ factory: any MetricsFactory) {
        self.signal = signal
        self.factory = factory
        sent = factory.makeCounter(label: "otel.sdk.exporter.\(signal.item).exported", dimensions: [])
    }

    func exported(_ count: Int) { sent.increment(by: Int64(count)) }

    func failed(_ count: Int, error: String) {
        factory.makeCounter(
            label: "otel.sdk.exporter.\(signal.item).exported",
            dimensions: [("error.type", error)]
        ).increment(by: Int64(count))
    }

    /// Counts what found the queue full.
    var dropped: any CounterHandler {
        factory.makeCounter(
            label: "otel.sdk.processor.\(signal.item).processed",
            dimensions: [("error.type", "queue_full")]
        )
    }
}
