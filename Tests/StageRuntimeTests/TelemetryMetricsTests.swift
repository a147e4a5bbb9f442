import Cloud
import CoreMetrics
import Logging
import Pipeline
import Testing

@testable import StageRuntime

@Suite struct TelemetryMetricsTests {
    private static func stage(_ telemetry: Telemetry) -> StageMetrics {
        StageMetrics(telemetry.metrics, stage: "probe", system: "aws_sqs", destination: "media-probe")
    }

    @Test func whatTheRuntimeRecordsArrivesWithItsUnitsAndAttributes() async throws {
        let collector = try TelemetryCollector()
        defer { collector.stop() }
        let world = try TelemetryWorld(collector.url)
        let metrics = Self.stage(world.telemetry)
        #expect(metrics.isOn)
        metrics.received(3)
        metrics.settled(.done, after: .milliseconds(20))
        metrics.settled(.done, after: .seconds(2))
        metrics.settled(.stale, after: .milliseconds(1))
        metrics.handled(in: .milliseconds(700))
        metrics.handled(in: .seconds(90), faultClass: "retry")
        metrics.retried()
        metrics.deadLettered(faultClass: "reject")
        metrics.claimRefused(.busy)
        metrics.slots(used: 2, limit: 4)
        metrics.pollBegan()
        metrics.queueDepth(17, of: .bulk)
        await world.telemetry.shutdown(within: .seconds(5))

        let outcomes = collector.values("media.message.settled", by: "media.outcome")
        #expect(outcomes["done"] == 2 && outcomes["stale"] == 1 && outcomes["lost"] == 0)
        #expect(collector.values("media.dead_letter.sent", by: "error.type")["reject"] == 1)
        #expect(collector.values("media.claim.refused", by: "media.claim.answer")["busy"] == 1)
        #expect(collector.values("media.slot.usage", by: "media.stage") == ["probe": 2])
        #expect(collector.values("media.slot.limit", by: "media.stage") == ["probe": 4])
        #expect(collector.values("media.poll.active", by: "media.stage") == ["probe": 1])
        #expect(collector.values("media.queue.depth", by: "media.lane") == ["bulk": 17])
        #expect(collector.metric("media.queue.depth")?.message(5) != nil)

        let consumed = try #require(collector.metric("messaging.client.consumed.messages"))
        #expect(consumed.text(3) == "{message}")
        let sum = try #require(consumed.message(7))
        #expect(sum.number(2) == 2 && sum.number(3) == 1)
        let point = try #require(sum.message(1))
        #expect(point.number(6) == 3)
        #expect(point.attributes(7)["messaging.destination.name"] == "media-probe")
        #expect(try #require(point.number(2)) < #require(point.number(3)))

        let handling = try #require(collector.metric("messaging.process.duration"))
        #expect(handling.text(3) == "s")
        #expect(handling.message(9)?.number(2) == 2)
        let failed = handling.message(9)?.messages(1).first { $0.attributes(9)["error.type"] == "retry" }
        #expect(failed?.number(4) == 1)
        #expect(failed?.double(5) == 90)

        let memory = try #require(collector.metric("process.memory.usage")?.message(7))
        #expect(memory.number(3) == 0)
        #expect(try #require(memory.message(1)?.number(6)) > 1_000_000)
        #expect(collector.metric("process.cpu.time")?.text(3) == "s")
    }

    @Test func aHistogramsBucketsHoldTheirUpperBoundAndAllThatIsAboveTheLast() async throws {
        let collector = try TelemetryCollector()
        defer { collector.stop() }
        let world = try TelemetryWorld(collector.url)
        let recorder = Recorder(label: "test.size", factory: world.telemetry.metrics)
        for value in [-1, 0, 5, 5.5, 10, 99_999] { recorder.record(value) }
        await world.telemetry.flush()
        let point = try #require(collector.metric("test.size")?.message(9, 1))
        let bounds = point.packed(7).map { Double(bitPattern: $0) }
        #expect(bounds == HistogramBounds.plain)
        let counts = point.packed(6)
        #expect(counts.count == bounds.count + 1)
        #expect(counts.prefix(3) == [2, 1, 2] && counts.last == 1)
        #expect(point.number(4) == 6 && point.double(5) == 100_018.5)
        #expect(point.double(11) == -1 && point.double(12) == 99_999)
    }

    @Test func sumsAreCumulativeAndTheHighestAgeStartsAgainWithEachExport() async throws {
        let collector = try TelemetryCollector()
        defer { collector.stop() }
        let world = try TelemetryWorld(collector.url)
        let metrics = Self.stage(world.telemetry)
        metrics.received(2)
        metrics.aged(sent: "2026-01-01T00:00:00.000Z", by: .interactive, now: 1_767_225_609_000)
        metrics.aged(sent: "2026-01-01T00:00:05.250Z", by: .interactive, now: 1_767_225_609_000)
        metrics.aged(sent: "yesterday", by: .interactive, now: 1_767_225_609_000)
        await world.telemetry.flush()
        #expect(collector.metric("media.message.age.max")?.message(5, 1)?.double(4) == 9)
        let ages = try #require(collector.metric("media.message.age")?.message(9)?.messages(1))
        let age = ages.first { $0.attributes(9)["media.lane"] == "interactive" }
        #expect(age?.number(4) == 2 && age?.double(5) == 12.75)
        metrics.received(1)
        await world.telemetry.flush()
        #expect(collector.metric("media.message.age.max") == nil)
        #expect(collector.values("messaging.client.consumed.messages", by: "media.stage") == ["probe": 3])
        metrics.aged(sent: "2026-01-01T00:00:08Z", by: .interactive, now: 1_767_225_609_000)
        await world.telemetry.flush()
        #expect(collector.metric("media.message.age.max")?.message(5, 1)?.double(4) == 1)
    }

    @Test func seriesOverTheLimitAreCountedTogether() async throws {
        let collector = try TelemetryCollector()
        defer { collector.stop() }
        let world = try TelemetryWorld(collector.url)
        for number in 0..<1000 {
            let dimensions = [("key", "\(number)")]
            Counter(label: "test.wide", dimensions: dimensions, factory: world.telemetry.metrics).increment()
        }
        Counter(label: "test.wide", dimensions: [("key", "0")], factory: world.telemetry.metrics).increment()
        await world.telemetry.flush()
        let values = collector.values("test.wide", by: "key")
        #expect(collector.metric("test.wide")?.message(7)?.messages(1).count == MetricLimits.seriesCount)
        #expect(values["0"] == 2)
        #expect(collector.values("test.wide", by: "otel.metric.overflow")["true"] == 801)
    }

    @Test func attributesInAnotherOrderAreTheSameSeries() {
        let registry = MetricRegistry(began: 0)
        let factory = OTLPMetricsFactory(registry: registry)
        #expect(factory.counter("a", [("x", "1"), ("y", "2")]) === factory.counter("a", [("y", "2"), ("x", "1")]))
        #expect(factory.counter("a", [("x", "1")]) !== factory.counter("a", [("x", "2")]))
    }

    @Test func manyThreadsLoseNoIncrement() async throws {
        let factory = OTLPMetricsFactory(registry: MetricRegistry(began: 0))
        let counter = factory.counter("a", [])
        let gauge = factory.gauge("b", [])
        await withTaskGroup { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<10_000 {
                        counter.increment(by: Int64(1))
                        gauge.increment(by: 0.5)
                    }
                }
            }
        }
        var (counted, gauged) = (ProtobufWriter(), ProtobufWriter())
        #expect(counter.write(to: &counted) && gauge.write(to: &gauged))
        #expect(ProtobufMessage(counted.bytes)?.number(6) == 80_000)
        #expect(ProtobufMessage(gauged.bytes)?.double(4) == 40_000)
    }

    @Test func withoutMetricsRecordingDoesNothing() throws {
        let world = try TelemetryWorld("http://127.0.0.1:1", ["OTEL_METRICS_EXPORTER": "none"])
        #expect(!Self.stage(world.telemetry).isOn)
        let off = Telemetry(
            try TelemetrySettings(environment: [:], name: "probe"),
            http: CurlHTTPClient(),
            logger: .init(label: "test")
        )
        #expect(!Self.stage(off).isOn && off.tracer == nil)
        #expect(off.logHandler(label: "a", level: .info) is JSONLogHandler)
    }
}
