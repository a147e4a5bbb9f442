import Cloud
import CoreMetrics
import Logging
import Pipeline
import Synchronization
import Testing
import Tracing

@testable import StageRuntime

@Suite struct TelemetryOutageTests {
    private static func end(_ count: Int, _ tracer: OTLPTracer) {
        for number in 0..<count { tracer.startSpan("span-\(number)", context: .topLevel).end() }
    }

    private static func wait(until isTrue: () -> Bool) async throws {
        for _ in 0..<500 {
            if isTrue() { return }
            try await Task.sleep(for: .milliseconds(10))
        }
        Issue.record("it never came to pass")
    }

    @Test func whatIsThereGoesOutAfterTheDelayOrWithAWholeBatch() async throws {
        let collector = try TelemetryCollector()
        defer { collector.stop() }
        let batch = try TelemetryWorld(collector.url, ["OTEL_BSP_MAX_EXPORT_BATCH_SIZE": "4"])
        Self.end(3, try batch.tracer())
        try await Task.sleep(for: .milliseconds(100))
        #expect(collector.spans.isEmpty)
        Self.end(1, try batch.tracer())
        try await Self.wait { collector.spans.count == 4 }

        let delayed = try TelemetryWorld(collector.url, ["OTEL_BSP_SCHEDULE_DELAY": "30"])
        Self.end(1, try delayed.tracer())
        try await Self.wait { collector.spans.count == 5 }
    }

    @Test func metricsGoOutEachPeriod() async throws {
        let collector = try TelemetryCollector()
        defer { collector.stop() }
        let world = try TelemetryWorld(collector.url, ["OTEL_METRIC_EXPORT_INTERVAL": "20"])
        try await Self.wait { collector.bodies(of: "metrics").count >= 3 }
        await world.telemetry.shutdown(within: .seconds(10))
        // What was on its way may still come in.
        try await Task.sleep(for: .milliseconds(200))
        let count = collector.bodies(of: "metrics").count
        try await Task.sleep(for: .milliseconds(100))
        #expect(collector.bodies(of: "metrics").count == count)
    }

    @Test(arguments: [429, 502, 503, 504])
    func aCollectorThatIsBusyIsAskedAgainWithTheSameBatch(status: Int) async throws {
        let collector = try TelemetryCollector { .init(status: $0 < 2 ? status : 200) }
        defer { collector.stop() }
        let world = try TelemetryWorld(collector.url, ["OTEL_METRICS_EXPORTER": "none"])
        Self.end(1, try world.tracer())
        await world.telemetry.flush()
        let bodies = collector.bodies(of: "traces")
        #expect(bodies.count == 3)
        #expect(Set(bodies).count == 1)
    }

    @Test(arguments: [400, 401, 404, 500])
    func aCollectorThatRefusesIsNotAskedAgainAndTheLossIsCounted(status: Int) async throws {
        let collector = try TelemetryCollector { .init(status: $0 == 0 ? status : 200) }
        defer { collector.stop() }
        let world = try TelemetryWorld(collector.url, ["OTEL_LOGS_EXPORTER": "none"])
        let tracer = try world.tracer()
        Self.end(3, tracer)
        tracer.forceFlush()
        try await Self.wait { collector.requests.count >= 1 }
        await world.telemetry.flush()
        // Counts are exported with the next metrics.
        await world.telemetry.flush()
        #expect(collector.bodies(of: "traces").count == 1)
        #expect(collector.values("otel.sdk.exporter.span.exported", by: "error.type")["\(status)"] == 3)
    }

    @Test func aCollectorsRetryAfterIsKeptEvenBehindTheBatchsLimit() async throws {
        let collector = try TelemetryCollector { $0 == 0 ? .init(status: 503, headers: "Retry-After: 2\r\n") : .init() }
        defer { collector.stop() }
        let world = try TelemetryWorld(
            collector.url,
            ["OTEL_METRICS_EXPORTER": "none", "OTEL_BSP_EXPORT_TIMEOUT": "1900"]
        )
        Self.end(1, try world.tracer())
        let began = ContinuousClock.now
        await world.telemetry.flush()
        #expect(ContinuousClock.now - began >= .seconds(2))
        #expect(collector.bodies(of: "traces").count == 2)
    }

    @Test func whatACollectorRejectsOfABatchIsCounted() async throws {
        // ExportTraceServiceResponse { partial_success { rejected_spans: 2, error_message: "x" } }
        let collector = try TelemetryCollector { _ in .init(body: [0x0a, 5, 0x08, 2, 0x12, 1, 0x78]) }
        defer { collector.stop() }
        let world = try TelemetryWorld(collector.url)
        Self.end(3, try world.tracer())
        await world.telemetry.flush()
        await world.telemetry.flush()
        let counts = collector.values("otel.sdk.exporter.span.exported", by: "error.type")
        #expect(counts[""] == 1 && counts["rejected"] == 2)
        for body: [UInt8] in [[], [0x0a], [0x0a, 9, 0x08], [0x0a, 1, 0x08], [0x3c, 0x68], [0x0a, 2, 0x08, 0xff]] {
            #expect(PartialSuccess.rejectedCount(in: body) == 0)
        }
    }

    @Test func aBatchIsGivenUpAtItsLimit() async throws {
        let collector = try TelemetryCollector { _ in .init(status: 503) }
        defer { collector.stop() }
        let world = try TelemetryWorld(
            collector.url,
            ["OTEL_METRICS_EXPORTER": "none", "OTEL_BSP_EXPORT_TIMEOUT": "6000"]
        )
        Self.end(1, try world.tracer())
        let began = ContinuousClock.now
        await world.telemetry.flush()
        #expect(ContinuousClock.now - began < .seconds(30))
        #expect(collector.bodies(of: "traces").count > 1)
    }

    @Test func inAnOutageWhatIsOverTheQueueIsDroppedAndCountedAndNobodyWaits() async throws {
        let isDown = Mutex(true)
        let collector = try TelemetryCollector { _ in isDown.withLock { $0 } ? nil : .init() }
        defer { collector.stop() }
        let world = try TelemetryWorld(
            collector.url,
            [
                "OTEL_BSP_MAX_QUEUE_SIZE": "100", "OTEL_BSP_MAX_EXPORT_BATCH_SIZE": "10",
                "OTEL_EXPORTER_OTLP_TIMEOUT": "300",
            ]
        )
        let tracer = try world.tracer()
        let began = ContinuousClock.now
        Self.end(20_000, tracer)
        let each = (ContinuousClock.now - began) / 20_000
        // A debug build on a busy machine: what would block would take the time-out, 300 ms.
        #expect(each < .milliseconds(1))
        isDown.withLock { $0 = false }
        await world.telemetry.flush()
        await world.telemetry.flush()
        let dropped = collector.values("otel.sdk.processor.span.processed", by: "error.type")["queue_full"] ?? 0
        let sent = Set(collector.spans.compactMap { $0.hex(2) }).count
        #expect(dropped >= 19_700)
        #expect(Int64(sent) + dropped == 20_000)
    }

    @Test func anEndSendsWhatIsLeft() async throws {
        let collector = try TelemetryCollector()
        defer { collector.stop() }
        let world = try TelemetryWorld(collector.url)
        Self.end(1300, try world.tracer())
        Counter.make(world).increment()
        Logger(label: "probe") { world.telemetry.logHandler(label: $0, level: .info) }.info("stopped")
        await world.telemetry.shutdown(within: .seconds(10))
        #expect(collector.spans.count == 1300)
        #expect(collector.bodies(of: "traces").count == 3)
        #expect(collector.logRecords.count == 1)
        #expect(collector.metric("test.count")?.message(7, 1)?.number(6) == 1)
    }

    @Test func anEndDoesNotWaitLongerThanItsLimit() async throws {
        let collector = try TelemetryCollector { _ in nil }
        defer { collector.stop() }
        let world = try TelemetryWorld(collector.url)
        Self.end(2000, try world.tracer())
        let began = ContinuousClock.now
        await world.telemetry.shutdown(within: .milliseconds(300))
        let took = ContinuousClock.now - began
        #expect(took >= .milliseconds(300) && took < .seconds(10))
    }

    @Test func anOutageIsSaidOnceAMinuteAndNotToTheCollector() async throws {
        let lines = Lines()
        let telemetry = Telemetry(
            try TelemetrySettings(
                environment: [
                    "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1", "OTEL_BSP_EXPORT_TIMEOUT": "1",
                    "OTEL_METRICS_EXPORTER": "none", "OTEL_EXPORTER_OTLP_HEADERS": "key=secret",
                ],
                name: "probe"
            ),
            http: CurlHTTPClient(),
            logger: Logger(label: "test") { _ in lines }
        )
        let tracer = try #require(telemetry.tracer)
        for _ in 0..<3 {
            Self.end(1, tracer)
            await telemetry.flush()
        }
        let said = lines.all.withLock { $0 }
        #expect(said.count == 1)
        #expect(said.first?.contains("secret") == false)
    }
}

extension Counter {
    fileprivate static func make(_ world: TelemetryWorld) -> Counter {
        Counter(label: "test.count", factory: world.telemetry.metrics)
    }
}

/// The lines of a logger, for the test to read.
private final class Lines: LogHandler {
    let all = Mutex<[String]>([])
    var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }
    var logLevel: Logger.Level {
        get { .trace }
        set {}
    }
    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }
    func log(event: LogEvent) { all.withLock { $0.append("\(event.message) \(event.metadata ?? [:])") } }
}
