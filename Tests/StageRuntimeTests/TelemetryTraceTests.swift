import Cloud
import Pipeline
import Testing
import Tracing

@testable import StageRuntime

@Suite struct TelemetryTraceTests {
    private static let incoming = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

    private static func trace(_ tracer: OTLPTracer?) -> StageTrace {
        StageTrace(tracer, stage: "probe", system: "aws_sqs", destination: "media-probe")
    }

    private static func outgoing(_ trace: StageTrace, from incoming: String?) async -> String? {
        await trace.process(traceparent: incoming, messageID: "m", asset: AssetID(rawValue: "a")) { $0.traceparent }
    }

    @Test func aMessagesSpanContinuesItsTraceAndItsPartsAreItsChildren() async throws {
        let collector = try TelemetryCollector()
        defer { collector.stop() }
        let world = try TelemetryWorld(
            collector.url,
            ["OTEL_EXPORTER_OTLP_HEADERS": "api-key=k%20y", "OTEL_SERVICE_NAME": "named"]
        )
        let trace = Self.trace(try world.tracer())
        let asset = AssetID(rawValue: "a-1")
        let outgoing = await trace.process(traceparent: Self.incoming, messageID: "m-1", asset: asset) { message in
            message.attempt(3)
            let five = await message.part("handle") { 5 }
            #expect(five == 5)
            do throws(Fault) {
                try await message.part("commit") { () throws(Fault) in throw Fault.retry("catalog.commit") }
            } catch {
                message.failed(error)
            }
            message.settled(.retry)
            return message.traceparent
        }
        await world.telemetry.shutdown(within: .seconds(5))

        let request = try #require(collector.requests.first { $0.path == "/v1/traces" })
        #expect(request.headers["content-type"] == "application/x-protobuf")
        #expect(request.headers["api-key"] == "k y")
        let resource = try #require(ProtobufMessage(request.body)?.message(1, 1))
        #expect(resource.attributes(1)["service.name"] == "named")
        // Without it, sums of two workers of a stage would be taken for one.
        #expect(resource.attributes(1)["service.instance.id"]?.count == 36)

        let spans = Dictionary(uniqueKeysWithValues: collector.spans.map { ($0.text(5) ?? "", $0) })
        #expect(spans.keys.sorted() == ["commit", "handle", "process probe"])
        let process = try #require(spans["process probe"])
        #expect(process.hex(1) == "4bf92f3577b34da6a3ce929d0e0e4736")
        #expect(process.hex(4) == "00f067aa0ba902b7")
        #expect(process.number(6) == 5)
        #expect(process.number(16) == 0x301)
        #expect(outgoing == "00-4bf92f3577b34da6a3ce929d0e0e4736-\(process.hex(2) ?? "")-01")
        #expect(
            process.attributes(9) == [
                "messaging.system": "aws_sqs", "messaging.destination.name": "media-probe",
                "messaging.operation.type": "process", "messaging.message.id": "m-1", "media.stage": "probe",
                "media.asset": "a-1", "media.attempt": "3", "media.outcome": "retry", "error.type": "retry",
            ]
        )
        #expect(process.message(15)?.number(3) == 2)
        #expect(spans["handle"]?.hex(4) == process.hex(2))
        #expect(spans["handle"]?.message(15) == nil)
        #expect(spans["commit"]?.message(15)?.number(3) == 2)
        #expect(spans["commit"]?.hex(1) == process.hex(1))
        #expect(try #require(process.number(7)) <= #require(process.number(8)))
    }

    @Test func withoutTracesAMessagesTraceparentIsPassedOnAsItCame() async {
        let trace = Self.trace(nil)
        #expect(await Self.outgoing(trace, from: Self.incoming) == Self.incoming)
        #expect(await Self.outgoing(trace, from: "of another standard") == "of another standard")
        #expect(await Self.outgoing(trace, from: nil) == nil)
    }

    @Test func aTraceThatIsNotSampledIsPassedOnAsItCameAndSendsNothing() async throws {
        let collector = try TelemetryCollector()
        defer { collector.stop() }
        let world = try TelemetryWorld(collector.url, ["OTEL_TRACES_SAMPLER": "parentbased_always_on"])
        let unsampled = "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00-more"
        let trace = Self.trace(try world.tracer())
        #expect(await Self.outgoing(trace, from: unsampled) == unsampled)
        await world.telemetry.shutdown(within: .seconds(5))
        #expect(collector.spans.isEmpty)
    }

    @Test func aTraceBeginsWhereTheMessageHasNoneAndWhatIsNotSampledStaysSoDownstream() async throws {
        let on = try TelemetryWorld("http://127.0.0.1:1")
        let begun = try #require(await Self.outgoing(Self.trace(try on.tracer()), from: nil))
        #expect(TraceContext(traceparent: begun)?.isSampled == true)
        let off = try TelemetryWorld("http://127.0.0.1:1", ["OTEL_TRACES_SAMPLER": "parentbased_always_off"])
        let refused = try #require(await Self.outgoing(Self.trace(try off.tracer()), from: nil))
        #expect(TraceContext(traceparent: refused)?.isSampled == false)
    }

    @Test func aSamplerThatIsOffMakesNoTracer() throws {
        let world = try TelemetryWorld("http://127.0.0.1:1", ["OTEL_TRACES_SAMPLER": "always_off"])
        #expect(world.telemetry.tracer == nil)
    }

    @Test func theFacadesSpansNestAndCarryEventsLinksAndTypedAttributes() async throws {
        let collector = try TelemetryCollector()
        defer { collector.stop() }
        let world = try TelemetryWorld(collector.url)
        let tracer = try world.tracer()
        tracer.withSpan("outer", ofKind: .server) { outer in
            outer.attributes["count"] = 7
            outer.attributes["ratio"] = 0.5
            outer.attributes["list"] = ["a", "b"]
            outer.addEvent(SpanEvent(name: "seen"))
            try? tracer.withSpan("inner", ofKind: .client) { inner in
                inner.addLink(SpanLink(context: outer.context, attributes: [:]))
                throw Fault.reject("probe.open", "no such codec")
            }
        }
        await world.telemetry.shutdown(within: .seconds(5))
        let spans = Dictionary(uniqueKeysWithValues: collector.spans.map { ($0.text(5) ?? "", $0) })
        let (outer, inner) = (try #require(spans["outer"]), try #require(spans["inner"]))
        #expect(outer.hex(4) == nil)
        #expect(outer.number(6) == 2 && inner.number(6) == 3)
        #expect(inner.hex(4) == outer.hex(2) && inner.hex(1) == outer.hex(1))
        #expect(outer.attributes(9)["count"] == "7")
        #expect(outer.message(11)?.text(2) == "seen")
        #expect(inner.message(13)?.hex(2) == outer.hex(2))
        #expect(inner.message(11)?.attributes(3)["exception.message"] == "probe.open: no such codec")
    }

    @Test func aSpansBoundsHoldAndWhatIsDroppedIsCounted() async throws {
        let collector = try TelemetryCollector()
        defer { collector.stop() }
        let world = try TelemetryWorld(collector.url)
        let span = try world.tracer().startSpan("wide", context: .topLevel)
        for number in 0..<200 {
            span.set("key-\(number)", "value")
            span.addEvent("event")
        }
        span.set("key-0", .string(String(repeating: "x", count: 10_000)))
        span.end()
        span.set("key-1", "too late")
        span.end()
        await world.telemetry.shutdown(within: .seconds(5))
        #expect(collector.spans.count == 1)
        let sent = try #require(collector.spans.first)
        #expect(sent.messages(9).count == 128 && sent.number(10) == 72)
        #expect(sent.messages(11).count == 128 && sent.number(12) == 72)
        #expect(sent.attributes(9)["key-0"]?.utf8.count == 4096)
        #expect(sent.attributes(9)["key-1"] == "value")
    }

    @Test func headersCarryTheContextAndTheStateAsItCame() throws {
        struct Headers: Injector, Extractor {
            func inject(_ value: String, forKey key: String, into carrier: inout [String: String]) {
                carrier[key] = value
            }
            func extract(key: String, from carrier: [String: String]) -> String? { carrier[key] }
        }
        let tracer = try TelemetryWorld("http://127.0.0.1:1").tracer()
        var context = InstrumentationContext.topLevel
        tracer.extract(
            ["traceparent": Self.incoming, "tracestate": "a=1,b=2"],
            into: &context,
            using: Headers()
        )
        let span = tracer.startSpan("call", context: context)
        var headers: [String: String] = [:]
        tracer.inject(span.context, into: &headers, using: Headers())
        #expect(headers["tracestate"] == "a=1,b=2")
        #expect(headers["traceparent"] == "00-4bf92f3577b34da6a3ce929d0e0e4736-\(span.trace.spanText)-01")

        var unread = InstrumentationContext.topLevel
        tracer.extract(["traceparent": "nonsense", "tracestate": "a=1"], into: &unread, using: Headers())
        #expect(unread.isEmpty)
        headers = [:]
        tracer.inject(unread, into: &headers, using: Headers())
        #expect(headers.isEmpty)
    }
}
