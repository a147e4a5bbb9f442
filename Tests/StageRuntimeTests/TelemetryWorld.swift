import Cloud
import Logging
import Pipeline

@testable import StageRuntime

/// Telemetry that goes to a collector of the test's own.
struct TelemetryWorld {
    let telemetry: Telemetry

    init(_ url: String, http: any HTTPClient = CurlHTTPClient(), _ more: [String: String] = [:]) throws {
        let environment = [
            "OTEL_EXPORTER_OTLP_ENDPOINT": url,
            // What is exported is exported by a flush, unless the test says otherwise.
            "OTEL_BSP_SCHEDULE_DELAY": "3600000", "OTEL_BLRP_SCHEDULE_DELAY": "3600000",
            "OTEL_METRIC_EXPORT_INTERVAL": "3600000",
        ]
        telemetry = Telemetry(
            try TelemetrySettings(environment: environment.merging(more) { $1 }, name: "probe"),
            http: http,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            backOff: BackOff(base: .milliseconds(20), cap: .milliseconds(50), floor: .milliseconds(10))
        )
    }

    func tracer() throws -> OTLPTracer {
        guard let tracer = telemetry.tracer else { throw Fault.reject("test", "traces are off") }
        return tracer
    }
}

extension TelemetryCollector {
    /// All spans that came, `opentelemetry.proto.trace.v1.Span`.
    var spans: [ProtobufMessage] { scopes(of: "traces").flatMap { $0.messages(2) } }
    var logRecords: [ProtobufMessage] { scopes(of: "logs").flatMap { $0.messages(2) } }
    /// The metrics of the last export.
    var metrics: [ProtobufMessage] { scopes(of: "metrics").last?.messages(2) ?? [] }

    func metric(_ name: String) -> ProtobufMessage? { metrics.first { $0.text(1) == name } }

    /// The whole numbers of a sum's or a gauge's points, by one attribute's value.
    func values(_ name: String, by attribute: String) -> [String: Int64] {
        guard let metric = metric(name), let data = metric.message(7) ?? metric.message(5) else { return [:] }
        var values: [String: Int64] = [:]
        for point in data.messages(1) {
            values[point.attributes(7)[attribute] ?? ""] = point.number(6).map { Int64(bitPattern: $0) }
        }
        return values
    }

    private func scopes(of signal: String) -> [ProtobufMessage] {
        bodies(of: signal).compactMap { ProtobufMessage($0)?.message(1) }.flatMap { $0.messages(2) }
    }
}
