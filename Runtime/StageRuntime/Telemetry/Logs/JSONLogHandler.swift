package import Logging
internal import Pipeline
internal import Tracing

/// One JSON object per line on standard error: time, level, logger, message, the trace where there is one, and the
/// facts, all as text fields sorted by name.
package struct JSONLogHandler: LogHandler {
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?
    package var logLevel: Logger.Level = .info
    private let label: String

    package init(label: String, level: Logger.Level) {
        self.label = label
        self.logLevel = level
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        // One write per line: lines of several threads do not mix.
        try? StandardStream.error.write(bytes: line(event, unixMilliseconds: SystemClock.unixMilliseconds()))
    }

    /// The line of an event.
    ///
    /// - Parameters:
    ///   - event: what was logged.
    ///   - unixMilliseconds: when.
    /// - Returns: UTF-8 with a line feed at its end.
    package func line(_ event: LogEvent, unixMilliseconds: Int64) -> [UInt8] {
        var fields: [Field] = [
            Field("level", event.level.rawValue), Field("logger", label), Field("message", event.message.description),
            Field("time", Timestamp.rfc3339(unixMilliseconds: unixMilliseconds)),
        ]
        if let trace = InstrumentationContext.current?.trace {
            fields.append(Field("trace_id", trace.traceText))
            fields.append(Field("span_id", trace.spanText))
        }
        // What is said first counts.
        if let own = event.metadata { Self.add(own, to: &fields) }
        if let error = event.error { Self.add(["error": "\(error)"], to: &fields) }
        if let provided = metadataProvider?.get() { Self.add(provided, to: &fields) }
        Self.add(metadata, to: &fields)
        fields.sort { $0.name < $1.name }
        var line = JSONLine(byteCount: 512)
        for field in fields { line.field(field.name, field.value) }
        line.end()
        return line.bytes
    }

    private struct Field {
        let name: String
        let value: String

        init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    private static func add(_ metadata: Logger.Metadata, to fields: inout [Field]) {
        for (name, value) in metadata where !fields.contains(where: { $0.name == name }) {
            fields.append(Field(name, value.description))
        }
    }
}
