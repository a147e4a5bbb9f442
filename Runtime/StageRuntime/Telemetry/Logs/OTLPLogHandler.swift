package import Logging
internal import Tracing

/// Hands log lines on to be exported by OTLP, with the trace that they belong to.
package struct OTLPLogHandler: LogHandler {
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?
    package var logLevel: Logger.Level
    private let label: String
    private let queue: BatchQueue<OTLPLogRecord>

    init(label: String, level: Logger.Level, queue: BatchQueue<OTLPLogRecord>) {
        self.label = label
        self.logLevel = level
        self.queue = queue
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var metadata = metadata
        if let provided = metadataProvider?.get() { metadata.merge(provided) { $1 } }
        queue.offer(
            OTLPLogRecord(
                time: DefaultTracerClock.now.nanosecondsSinceEpoch,
                label: label,
                level: event.level,
                message: event.message.description,
                metadata: metadata,
                ownMetadata: event.metadata,
                error: event.error.map { "\($0)" },
                trace: InstrumentationContext.current?.trace
            )
        )
    }
}
