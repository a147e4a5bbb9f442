internal import Logging

/// Log records as `opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest`; a logger's label is its scope.
enum OTLPLogs {
    static func encoded(_ records: [OTLPLogRecord], resource: TelemetryResource) -> [UInt8] {
        var writer = ProtobufWriter()
        writer.message(1) { writer in
            resource.write(to: &writer, field: 1)
            for (label, records) in Dictionary(grouping: records, by: \.label).sorted(by: { $0.key < $1.key }) {
                writer.message(2) { writer in
                    TelemetryScope.write(to: &writer, field: 1, name: label)
                    for record in records { writer.message(2) { write(record, to: &$0) } }
                }
            }
        }
        return writer.bytes
    }

    private static func write(_ record: OTLPLogRecord, to writer: inout ProtobufWriter) {
        writer.fixed64(1, record.time)
        writer.fixed64(11, record.time)
        writer.integer(2, number(of: record.level))
        writer.string(3, record.level.rawValue.uppercased())
        writer.message(5) { $0.oneOf(1, record.message) }
        let metadata = record.metadata.merging(record.ownMetadata ?? [:]) { $1 }
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) { writer.attribute(6, key, value) }
        if let error = record.error { writer.attribute(6, "exception.message", error) }
        guard let trace = record.trace else { return }
        writer.fixed32(8, UInt32(trace.flags))
        writer.identifier(9, trace.traceHigh, trace.traceLow)
        writer.identifier(10, trace.spanID)
    }

    /// `SeverityNumber`; OpenTelemetry has no notice: it is the third step of info.
    private static func number(of level: Logger.Level) -> Int {
        switch level {
        case .trace: 1
        case .debug: 5
        case .info: 9
        case .notice: 11
        case .warning: 13
        case .error: 17
        case .critical: 21
        }
    }
}
