package import Pipeline
internal import Tracing

/// The trace of one message's work; does nothing where the trace is not recorded.
package struct MessageTrace: Sendable {
    /// Of what is sent on the message's behalf; nil where the message has none and traces are off.
    package let traceparent: String?
    private let tracer: OTLPTracer?
    private let span: OTLPSpan?

    /// A trace that is not recorded here.
    package init(passing traceparent: String?) {
        self.traceparent = traceparent
        tracer = nil
        span = nil
    }

    init(_ tracer: OTLPTracer, _ span: OTLPSpan) {
        self.traceparent = span.trace.traceparent
        self.tracer = tracer
        self.span = span
    }

    /// Notes how often the run was begun, from 1.
    package func attempt(_ number: Int) { span?.set("media.attempt", .int64(Int64(number))) }

    /// Notes what became of the message.
    package func settled(_ outcome: SettledOutcome) { span?.set("media.outcome", .string(outcome.rawValue)) }

    package func failed(_ fault: Fault) { span?.fail(fault) }

    /// Does a part of the work in a span of its own.
    ///
    /// - Parameters:
    ///   - name: of the part: `claim`, `handle`, `commit`.
    ///   - body: the part; what logs and spans come of it belong to its span.
    /// - Returns: what the body does.
    /// - Throws: what the body does.
    package func part<Value, Failure: Error>(
        _ name: String,
        _ body: () async throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        guard let tracer, let span else { return try await body() }
        let part = tracer.startSpan(
            name,
            in: InstrumentationContext.current ?? .topLevel,
            parent: span.trace,
            kind: .internal
        )
        defer { part.end() }
        let result: Result<Value, Failure> = await InstrumentationContext.$current.withValue(part.context) {
            do throws(Failure) { return .success(try await body()) } catch { return .failure(error) }
        }
        if case .failure(let error) = result { part.fail(error) }
        return try result.get()
    }
}

extension OTLPSpan {
    fileprivate func fail(_ error: any Error) {
        set("error.type", .string((error as? Fault)?.faultClass ?? String(describing: type(of: error))))
        setStatus(SpanStatus(code: .error, message: "\(error)"))
    }
}
