package import Cloud
package import CoreMetrics
package import Logging
internal import Pipeline
internal import Tracing

/// The telemetry of a process: traces, metrics and logs, pushed by OTLP where the settings name a collector.
///
/// Without one it is off, and costs nothing.
package final class Telemetry: Sendable {
    /// For swift-metrics; makes instruments that do nothing where metrics are off.
    package let metrics: any MetricsFactory
    /// Nil where traces are off.
    package let tracer: OTLPTracer?
    private let records: BatchQueue<OTLPLogRecord>?
    private let exporters: [SignalExporter]

    /// Starts to export what the settings ask for.
    ///
    /// - Parameters:
    ///   - settings: of the process.
    ///   - http: sends the requests.
    ///   - logger: hears of outages; must not be one of this telemetry's own.
    package convenience init(_ settings: TelemetrySettings, http: any HTTPClient, logger: Logger) {
        self.init(settings, http: http, logger: logger, backOff: OTLPLimits.backOff)
    }

    init(_ settings: TelemetrySettings, http: any HTTPClient, logger: Logger, backOff: BackOff) {
        guard !settings.isOff else {
            (metrics, tracer, records, exporters) = (NOOPMetricsHandler.instance, nil, nil, [])
            return
        }
        let registry = MetricRegistry(began: DefaultTracerClock.now.nanosecondsSinceEpoch)
        let factory = OTLPMetricsFactory(registry: registry)
        let parts = Parts(
            settings: settings,
            resource: settings.resource.ofThisProcess(),
            factory: factory,
            executor: ThreadExecutor(label: "media.telemetry"),
            http: http,
            backOff: backOff,
            logger: logger
        )
        let traces = settings.traces.flatMap { settings.sampler.isOff ? nil : parts.traces($0) }
        let logs = settings.logs.map { parts.logs($0) }
        let readings = settings.metrics.map { parts.metrics($0) }
        metrics = readings == nil ? NOOPMetricsHandler.instance : factory
        tracer = traces?.tracer
        records = logs?.queue
        exporters = [traces?.exporter, logs?.exporter, readings].compactMap { $0 }
        for exporter in exporters { Task { await exporter.start() } }
    }

    /// A handler of log lines: JSON on standard error, and OTLP beside it where logs are exported.
    package func logHandler(label: String, level: Logger.Level) -> any LogHandler {
        let json = JSONLogHandler(label: label, level: level)
        guard let records else { return json }
        return MultiplexLogHandler([json, OTLPLogHandler(label: label, level: level, queue: records)])
    }

    /// Makes this the telemetry behind the ecosystem's facades, for libraries that ask them; once per process.
    ///
    /// - Parameter level: of loggers that libraries make.
    package func bootstrap(level: Logger.Level) {
        LoggingSystem.bootstrap { self.logHandler(label: $0, level: level) }
        guard !exporters.isEmpty else { return }
        MetricsSystem.bootstrap(metrics)
        if let tracer { InstrumentationSystem.bootstrap(tracer) }
    }

    /// Exports what is there by now.
    package func flush() async {
        await withTaskGroup { group in
            for exporter in exporters { group.addTask { await exporter.flush() } }
        }
    }

    /// Exports what is left, and ends; what could not be sent within the limit is lost.
    ///
    /// - Parameter limit: of the wait.
    package func shutdown(within limit: Duration) async {
        guard !exporters.isEmpty else { return }
        let exporters = exporters
        let timer = Task.detached {
            try await Task.sleep(for: limit)
            for exporter in exporters { await exporter.stop() }
        }
        await flush()
        timer.cancel()
        for exporter in exporters { await exporter.stop() }
    }
}

extension Telemetry {
    /// What the signals' exporters are made of.
    private struct Parts {
        let settings: TelemetrySettings
        let resource: TelemetryResource
        let factory: OTLPMetricsFactory
        let executor: ThreadExecutor
        let http: any HTTPClient
        let backOff: BackOff
        let logger: Logger

        func traces(_ endpoint: OTLPEndpoint) -> (tracer: OTLPTracer, exporter: SignalExporter) {
            let (limits, resource) = (settings.spanLimits, resource)
            let counts = ExportCounts(.traces, factory)
            let queue = BatchQueue<OTLPSpan>(limits, dropped: counts.dropped)
            let exporter = exporter(counts, limits.delay, endpoint, limits.exportLimit) {
                let (spans, hasMore) = queue.take()
                guard !spans.isEmpty else { return nil }
                return ExportBatch(
                    body: OTLPTraces.encoded(spans, resource: resource),
                    count: spans.count,
                    hasMore: hasMore
                )
            }
            queue.onBatch { [weak exporter] in Task { await exporter?.exportDue() } }
            let random = RandomWords()
            let tracer = OTLPTracer(sampler: settings.sampler, ended: queue, random: random.next) {
                Task { await exporter.flush() }
            }
            return (tracer, exporter)
        }

        func logs(_ endpoint: OTLPEndpoint) -> (queue: BatchQueue<OTLPLogRecord>, exporter: SignalExporter) {
            let (limits, resource) = (settings.logLimits, resource)
            let counts = ExportCounts(.logs, factory)
            let queue = BatchQueue<OTLPLogRecord>(limits, dropped: counts.dropped)
            let exporter = exporter(counts, limits.delay, endpoint, limits.exportLimit) {
                let (records, hasMore) = queue.take()
                guard !records.isEmpty else { return nil }
                return ExportBatch(
                    body: OTLPLogs.encoded(records, resource: resource),
                    count: records.count,
                    hasMore: hasMore
                )
            }
            queue.onBatch { [weak exporter] in Task { await exporter?.exportDue() } }
            return (queue, exporter)
        }

        func metrics(_ endpoint: OTLPEndpoint) -> SignalExporter {
            let (registry, resource) = (factory.registry, resource)
            let process = ProcessMeters(factory)
            return exporter(
                ExportCounts(.metrics, factory),
                settings.metricPeriod,
                endpoint,
                settings.metricExportLimit
            ) {
                process.sample()
                return registry.encoded(resource: resource, now: DefaultTracerClock.now.nanosecondsSinceEpoch)
            }
        }

        private func exporter(
            _ counts: ExportCounts,
            _ period: Duration,
            _ endpoint: OTLPEndpoint,
            _ limit: Duration,
            next: @escaping @Sendable () -> ExportBatch?
        ) -> SignalExporter {
            SignalExporter(
                period: period,
                executor: executor,
                sender: OTLPSender(http: http, endpoint: endpoint, limit: limit, backOff: backOff),
                counts: counts,
                logger: logger,
                next: next
            )
        }
    }
}
