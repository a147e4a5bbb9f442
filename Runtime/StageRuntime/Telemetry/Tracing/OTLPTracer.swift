package import Tracing

/// A tracer whose spans are exported by OTLP, and that speaks W3C Trace Context.
package final class OTLPTracer: Tracer {
    package typealias Span = OTLPSpan

    private let sampler: TraceSampler
    private let ended: BatchQueue<OTLPSpan>
    private let random: @Sendable () -> UInt64
    private let flushing: @Sendable () -> Void

    init(
        sampler: TraceSampler,
        ended: BatchQueue<OTLPSpan>,
        random: @escaping @Sendable () -> UInt64,
        flush: @escaping @Sendable () -> Void
    ) {
        self.sampler = sampler
        self.ended = ended
        self.random = random
        self.flushing = flush
    }

    package func startSpan<Instant: TracerInstant>(
        _ operationName: String,
        context: @autoclosure () -> InstrumentationContext,
        ofKind kind: SpanKind,
        at instant: @autoclosure () -> Instant,
        function: String,
        file fileID: String,
        line: UInt
    ) -> OTLPSpan {
        let context = context()
        return startSpan(operationName, in: context, parent: context.trace, kind: kind, at: instant())
    }

    /// Starts a span. One that is not recorded costs next to nothing, and has its parent's place in the trace.
    func startSpan(
        _ name: String,
        in context: InstrumentationContext,
        parent: TraceContext?,
        kind: SpanKind,
        at instant: some TracerInstant = DefaultTracerClock.now,
        attributes: [OTLPSpan.Attribute] = []
    ) -> OTLPSpan {
        let high = parent?.traceHigh ?? random()
        let low = parent?.traceLow ?? random() | 1
        let isRecorded = sampler.records(parent: parent, traceLow: low)
        let flags = (parent?.flags ?? TraceFlags.random) & TraceFlags.random
        let trace =
            if let parent, !isRecorded, !parent.isSampled {
                parent
            } else {
                TraceContext(
                    traceHigh: high,
                    traceLow: low,
                    spanID: random() | 1,
                    flags: flags | (isRecorded ? TraceFlags.sampled : 0),
                    state: parent?.state
                )
            }
        return OTLPSpan(
            name: name,
            kind: kind,
            trace: trace,
            parent: parent,
            outer: context,
            began: instant.nanosecondsSinceEpoch,
            attributes: attributes,
            ended: isRecorded ? ended : nil
        )
    }

    package func forceFlush() { flushing() }

    package func extract<Carrier, Extract: Extractor>(
        _ carrier: Carrier,
        into context: inout InstrumentationContext,
        using extractor: Extract
    ) where Extract.Carrier == Carrier {
        guard let text = extractor.extract(key: "traceparent", from: carrier) else { return }
        let state = extractor.extract(key: "tracestate", from: carrier)
        guard let trace = TraceContext(traceparent: text, state: state?.isEmpty == true ? nil : state) else { return }
        context[TraceContextKey.self] = trace
    }

    package func inject<Carrier, Inject: Injector>(
        _ context: InstrumentationContext,
        into carrier: inout Carrier,
        using injector: Inject
    ) where Inject.Carrier == Carrier {
        guard let trace = context.trace else { return }
        injector.inject(trace.traceparent, forKey: "traceparent", into: &carrier)
        guard let state = trace.state else { return }
        injector.inject(state, forKey: "tracestate", into: &carrier)
    }
}
