internal import Tracing

/// Spans as `opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest`.
enum OTLPTraces {
    static func encoded(_ spans: [OTLPSpan], resource: TelemetryResource) -> [UInt8] {
        var writer = ProtobufWriter()
        writer.message(1) { writer in
            resource.write(to: &writer, field: 1)
            writer.message(2) { writer in
                TelemetryScope.write(to: &writer, field: 1)
                for span in spans { writer.message(2) { write(span, to: &$0) } }
            }
        }
        return writer.bytes
    }

    private static func write(_ span: OTLPSpan, to writer: inout ProtobufWriter) {
        let content = span.content
        writer.identifier(1, span.trace.traceHigh, span.trace.traceLow)
        writer.identifier(2, span.trace.spanID)
        writer.string(3, span.trace.state ?? "")
        if let parent = span.parent { writer.identifier(4, parent.spanID) }
        writer.string(5, content.name)
        writer.integer(6, number(of: span.kind))
        writer.fixed64(7, span.began)
        writer.fixed64(8, max(content.ended ?? span.began, span.began))
        for attribute in content.attributes { writer.attribute(9, attribute.key, attribute.value) }
        if content.droppedAttributes > 0 { writer.integer(10, content.droppedAttributes) }
        for event in content.events { writer.message(11) { write(event, to: &$0) } }
        if content.droppedEvents > 0 { writer.integer(12, content.droppedEvents) }
        for link in content.links { write(link, to: &writer) }
        if content.droppedLinks > 0 { writer.integer(14, content.droppedLinks) }
        if let status = content.status {
            writer.message(15) { writer in
                writer.string(2, status.message ?? "")
                writer.integer(3, status.code == .ok ? 1 : 2)
            }
        }
        writer.fixed32(16, flags(span.trace, isRemote: span.parent?.isRemote))
    }

    private static func write(_ event: SpanEvent, to writer: inout ProtobufWriter) {
        writer.fixed64(1, event.nanosecondsSinceEpoch)
        writer.string(2, event.name)
        event.attributes.forEach { writer.attribute(3, $0, $1) }
    }

    private static func write(_ link: SpanLink, to writer: inout ProtobufWriter) {
        guard let trace = link.context.trace else { return }
        writer.message(13) { writer in
            writer.identifier(1, trace.traceHigh, trace.traceLow)
            writer.identifier(2, trace.spanID)
            writer.string(3, trace.state ?? "")
            link.attributes.forEach { writer.attribute(4, $0, $1) }
            writer.fixed32(6, flags(trace, isRemote: trace.isRemote))
        }
    }

    /// `SpanFlags`: the W3C flags, and whether the parent or the link came from outside, where that is known.
    private static func flags(_ trace: TraceContext, isRemote: Bool?) -> UInt32 {
        UInt32(trace.flags) | 0x100 | (isRemote == true ? 0x200 : 0)
    }

    private static func number(of kind: SpanKind) -> Int {
        switch kind {
        case .internal: 1
        case .server: 2
        case .client: 3
        case .producer: 4
        case .consumer: 5
        }
    }
}
