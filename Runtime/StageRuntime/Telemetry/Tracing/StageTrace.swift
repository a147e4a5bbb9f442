package import Pipeline
internal import Tracing

/// Traces the messages of one stage.
package struct StageTrace: Sendable {
    private let tracer: OTLPTracer?
    private let name: String
    private let attributes: [OTLPSpan.Attribute]

    /// Makes the part that all of a stage's spans share.
    ///
    /// - Parameters:
    ///   - tracer: of the process's telemetry; nil passes trace contexts on as they come.
    ///   - stage: that is traced.
    ///   - system: of messages, by its name in the semantic conventions: `aws_sqs`, `gcp_pubsub`.
    ///   - destination: the queue's name.
    package init(_ tracer: OTLPTracer?, stage: StageName, system: String, destination: String) {
        self.tracer = tracer
        name = "process \(stage)"
        attributes = [
            OTLPSpan.Attribute(key: "messaging.system", value: .string(system)),
            OTLPSpan.Attribute(key: "messaging.destination.name", value: .string(destination)),
            OTLPSpan.Attribute(key: "messaging.operation.type", value: "process"),
            OTLPSpan.Attribute(key: "media.stage", value: .string(stage.rawValue)),
        ]
    }

    /// Passes trace contexts on as they come.
    package static let off = StageTrace(nil, stage: "", system: "", destination: "")

    /// Whether anything is recorded.
    var isOn: Bool { tracer != nil }

    /// Runs what a message asks for within a span, a child of the one that sent the message.
    ///
    /// - Parameters:
    ///   - traceparent: of the message; where it has none, a trace begins.
    ///   - messageID: of the envelope.
    ///   - asset: of the envelope.
    ///   - body: gets the trace, which has the `traceparent` of what it sends.
    /// - Returns: what the body does.
    package func process<Value>(
        traceparent: String?,
        messageID: String,
        asset: AssetID,
        _ body: (MessageTrace) async -> Value
    ) async -> Value {
        guard let tracer else { return await body(MessageTrace(passing: traceparent)) }
        let parent = traceparent.flatMap { TraceContext(traceparent: $0) }
        let context = InstrumentationContext.current ?? .topLevel
        // Room for what is known now and for what comes: the attempt, the outcome, a fault.
        var attributes: [OTLPSpan.Attribute] = []
        attributes.reserveCapacity(self.attributes.count + 5)
        attributes += self.attributes
        attributes.append(OTLPSpan.Attribute(key: "messaging.message.id", value: .string(messageID)))
        attributes.append(OTLPSpan.Attribute(key: "media.asset", value: .string(asset.rawValue)))
        let span = tracer.startSpan(name, in: context, parent: parent, kind: .consumer, attributes: attributes)
        guard span.isRecording else {
            // The message's own text stands, unless the trace begins here: then all that follows is to know its end.
            let isInherited = parent != nil && parent == span.trace
            return await body(MessageTrace(passing: isInherited ? traceparent : span.trace.traceparent))
        }
        let value = await InstrumentationContext.$current.withValue(span.context) {
            await body(MessageTrace(tracer, span))
        }
        span.end()
        return value
    }
}
