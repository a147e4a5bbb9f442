/// A kind of telemetry; its name stands in the variables' names and in the path.
package enum TelemetrySignal: String, Sendable, CaseIterable {
    case traces
    case metrics
    case logs

    /// What it is counted in, in the names of `otel.sdk.*`.
    var item: String {
        switch self {
        case .traces: "span"
        case .metrics: "metric_data_point"
        case .logs: "log"
        }
    }
}
