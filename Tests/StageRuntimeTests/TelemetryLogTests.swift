import Foundation
import Logging
import Pipeline
import Testing
import Tracing

@testable import StageRuntime

@Suite struct TelemetryLogTests {
    private static func event(_ message: String, _ metadata: Logger.Metadata? = nil) -> LogEvent {
        LogEvent(
            level: .warning,
            message: "\(message)",
            metadata: metadata,
            source: nil,
            file: "a/b.swift",
            function: "f()",
            line: 1
        )
    }

    private static func line(_ event: LogEvent, _ metadata: Logger.Metadata = [:]) -> String {
        var handler = JSONLogHandler(label: "probe", level: .info)
        handler.metadata = metadata
        return String(decoding: handler.line(event, unixMilliseconds: 1_767_225_600_042), as: UTF8.self)
    }

    @Test func aLineIsOneObjectWithSortedFields() {
        let line = Self.line(
            Self.event("claim failed", ["run": "probe/0", "asset": "b"]),
            ["asset": "a", "zone": "z"]
        )
        #expect(
            line == #"{"asset":"b","level":"warning","logger":"probe","message":"claim failed","run":"probe/0","#
                + #""time":"2026-01-01T00:00:00.042Z","zone":"z"}"# + "\n"
        )
    }

    @Test func aFactCantTakeTheLinesOwnFields() {
        let line = Self.line(Self.event("m", ["level": "none", "message": "x"]), ["time": "never", "logger": "y"])
        #expect(
            line == #"{"level":"warning","logger":"probe","message":"m","time":"2026-01-01T00:00:00.042Z"}"# + "\n"
        )
    }

    @Test func anyTextComesBackAsItWas() throws {
        let controls = String(String.UnicodeScalarView((0..<0x20).compactMap { Unicode.Scalar($0) }))
        let texts = [controls, #"a "quoted" \ back/slash"#, "Zürich 東京 🎬 \u{2028}\u{7f}", "", "é\u{301}"]
        for text in texts {
            let line = Self.line(Self.event(text, ["fact": .array(["x", .string(text)]), "plain": .string(text)]))
            #expect(line.utf8.dropLast().allSatisfy { $0 >= 0x20 })
            let fields = try JSONDecoder().decode([String: String].self, from: Data(line.utf8))
            #expect(fields["message"] == text && fields["plain"] == text)
            #expect(fields["fact"] == Logger.MetadataValue.array(["x", .string(text)]).description)
        }
    }

    @Test func linesAndRecordsWithinASpanNameItsTrace() async throws {
        let collector = try TelemetryCollector()
        defer { collector.stop() }
        let world = try TelemetryWorld(collector.url)
        let span = try world.tracer().startSpan("work", context: .topLevel)
        var logger = Logger(label: "probe") { world.telemetry.logHandler(label: $0, level: .debug) }
        logger[metadataKey: "asset"] = "a-1"
        let line = span.context.with { Self.line(Self.event("in")) }
        #expect(line.contains(#""span_id":"\#(span.trace.spanText)""#))
        #expect(line.contains(#""trace_id":"\#(span.trace.traceText)""#))
        #expect(!Self.line(Self.event("out")).contains("trace_id"))

        span.context.with { logger.error("run failed", metadata: ["attempt": "2", "list": ["a", "b"]]) }
        logger.trace("not at this level")
        logger.notice("between")
        await world.telemetry.shutdown(within: .seconds(5))
        let records = collector.logRecords
        #expect(records.map { $0.message(5)?.text(1) } == ["run failed", "between"])
        let record = try #require(records.first)
        #expect(record.number(2) == 17 && record.text(3) == "ERROR")
        #expect(record.attributes(6)["asset"] == "a-1" && record.attributes(6)["attempt"] == "2")
        #expect(record.hex(9) == span.trace.traceText && record.hex(10) == span.trace.spanText)
        #expect(record.number(8) == UInt64(span.trace.flags))
        #expect(try #require(record.number(1)) > 1_700_000_000_000_000_000)
        #expect(records[1].number(2) == 11 && records[1].hex(9) == nil)
    }
}

extension InstrumentationContext {
    fileprivate func with<Value>(_ body: () -> Value) -> Value {
        InstrumentationContext.$current.withValue(self, operation: body)
    }
}
