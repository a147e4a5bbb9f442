import CoreMetrics
import Pipeline
import Testing

@testable import Inference
@testable import StageRuntime

@Suite struct ExportedMetricTests {
    /// Records something with every instrument that there is.
    private static func record(_ telemetry: Telemetry) {
        let metrics = StageMetrics(telemetry.metrics, stage: "publish", system: "aws_sqs", destination: "media-publish")
        metrics.received(1)
        metrics.aged(sent: "2026-01-01T00:00:00.000Z", by: .interactive, now: 1_767_225_609_000)
        metrics.settled(.done, after: .seconds(1))
        metrics.handled(in: .seconds(1))
        metrics.handled(in: .seconds(1), faultClass: "retry")
        metrics.slots(used: 1, limit: 2)
        metrics.pollBegan()
        metrics.queueDepth(1, of: .bulk)
        metrics.published(.complete, by: .interactive, after: 12_000)
        let models = ModelMetrics(factory: telemetry.metrics, stage: "embed")
        for fault in [nil, "retry"] {
            models.record(
                ModelCall(
                    model: ModelVersion(name: "m", revision: "1"),
                    task: .embed,
                    time: .milliseconds(20),
                    units: 3,
                    cost: 0.25,
                    confidence: 0.75,
                    faultClass: fault
                )
            )
        }
    }

    @Test func whatIsExportedIsListedWithItsAttributes() async throws {
        let collector = try TelemetryCollector()
        defer { collector.stop() }
        let world = try TelemetryWorld(collector.url)
        Self.record(world.telemetry)
        await world.telemetry.shutdown(within: .seconds(5))
        let listed = Dictionary(uniqueKeysWithValues: ExportedMetric.all.map { ($0.name, $0) })
        var seen: Set<String> = []
        for metric in collector.metrics {
            let name = try #require(metric.text(1))
            let known = try #require(listed[name], "\(name) is exported and not listed")
            seen.insert(name)
            #expect(metric.text(3) == known.unit, "\(name)")
            for (data, attributes) in [(5, 7), (7, 7), (9, 9)] {
                for point in metric.message(data)?.messages(1) ?? [] {
                    #expect(Set(point.attributes(attributes).keys).isSubset(of: known.attributes), "\(name)")
                }
            }
        }
        // What Search records, and the exporter's own before its first failure.
        let elsewhere = listed.keys.filter { $0.hasPrefix("http.") || $0.hasPrefix("otel.") }
        #expect(Set(listed.keys).subtracting(seen).subtracting(elsewhere).isEmpty)
    }

    @Test func anUploadsTimeAndAModelsCostArrive() async throws {
        let collector = try TelemetryCollector()
        defer { collector.stop() }
        let world = try TelemetryWorld(collector.url)
        Self.record(world.telemetry)
        await world.telemetry.shutdown(within: .seconds(5))
        let shown = collector.metric("media.asset.completed.duration")?.message(9)?.messages(1)
        let complete = shown?.first {
            $0.attributes(9)["media.state"] == "complete" && $0.attributes(9)["media.lane"] == "interactive"
        }
        #expect(complete?.number(4) == 1 && complete?.double(5) == 12)
        #expect(collector.metric("media.cost")?.message(7, 1)?.double(4) == 0.25)
        #expect(collector.metric("media.model.confidence")?.message(9, 1)?.double(5) == 0.75)
    }

    @Test(arguments: [
        ("media.queue.depth", "media_queue_depth"), ("media.message.age", "media_message_age_seconds"),
        ("media.dead_letter.sent", "media_dead_letter_sent_total"),
        ("process.memory.usage", "process_memory_usage_bytes"),
        ("process.cpu.time", "process_cpu_time_seconds_total"),
    ])
    func prometheusNamesFollowOpenTelemetrysRules(name: String, prometheus: String) {
        #expect(ExportedMetric.all.first { $0.name == name }?.prometheus == prometheus)
    }
}
