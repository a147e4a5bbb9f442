internal import Synchronization
package import Tracing

/// A span; recorded while it is open, written once it has ended.
package final class OTLPSpan: Span {
    package struct Attribute: Sendable {
        let key: String
        var value: SpanAttribute
    }

    /// What may still change.
    struct Content: Sendable {
        var name: String
        var attributes: [Attribute]
        var events: [SpanEvent] = []
        var links: [SpanLink] = []
        var status: SpanStatus?
        /// Nanoseconds since 1970; nil while the span is open.
        var ended: UInt64?
        var droppedAttributes = 0
        var droppedEvents = 0
        var droppedLinks = 0
    }

    let kind: SpanKind
    let trace: TraceContext
    let parent: TraceContext?
    /// Nanoseconds since 1970.
    let began: UInt64
    private let outer: InstrumentationContext
    private let queue: BatchQueue<OTLPSpan>?
    private let state: Mutex<Content>

    /// Begins a span; it is not recorded where there is no queue to put it into once it has ended.
    init(
        name: String,
        kind: SpanKind,
        trace: TraceContext,
        parent: TraceContext?,
        outer: InstrumentationContext,
        began: UInt64,
        attributes: [Attribute],
        ended queue: BatchQueue<OTLPSpan>?
    ) {
        self.kind = kind
        self.trace = trace
        self.parent = parent
        self.began = began
        self.outer = outer
        self.queue = queue
        state = Mutex(Content(name: name, attributes: attributes))
    }

    var content: Content { state.withLock { $0 } }

    package var context: InstrumentationContext {
        var context = outer
        context[TraceContextKey.self] = trace
        return context
    }

    package var isRecording: Bool { queue != nil && state.withLock { $0.ended == nil } }

    package var operationName: String {
        get { state.withLock { $0.name } }
        set { change { $0.name = newValue } }
    }

    package var attributes: SpanAttributes {
        get {
            SpanAttributes(
                Dictionary(content.attributes.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
            )
        }
        set {
            var attributes: [Attribute] = []
            newValue.forEach { attributes.append(Attribute(key: $0, value: $1)) }
            let kept = Array(attributes.prefix(SpanLimits.attributeCount))
            let droppedCount = attributes.count - kept.count
            change {
                $0.attributes = kept
                $0.droppedAttributes = droppedCount
            }
        }
    }

    /// Sets one attribute, without making a dictionary of all.
    func set(_ key: String, _ value: SpanAttribute) {
        change { content in
            if let place = content.attributes.firstIndex(where: { $0.key == key }) {
                content.attributes[place].value = value
            } else if content.attributes.count < SpanLimits.attributeCount {
                content.attributes.append(Attribute(key: key, value: value))
            } else {
                content.droppedAttributes += 1
            }
        }
    }

    package func setStatus(_ status: SpanStatus) {
        // Ok is final, by the specification.
        change { if $0.status?.code != .ok { $0.status = status } }
    }

    package func addEvent(_ event: SpanEvent) {
        change { content in
            if content.events.count < SpanLimits.eventCount {
                content.events.append(event)
            } else {
                content.droppedEvents += 1
            }
        }
    }

    package func addLink(_ link: SpanLink) {
        change { content in
            if content.links.count < SpanLimits.linkCount {
                content.links.append(link)
            } else {
                content.droppedLinks += 1
            }
        }
    }

    package func recordError<Instant: TracerInstant>(
        _ error: any Error,
        attributes: SpanAttributes,
        at instant: @autoclosure () -> Instant
    ) {
        guard queue != nil else { return }
        var facts: SpanAttributes = [
            "exception.type": .string(String(describing: type(of: error))),
            "exception.message": .string("\(error)"),
        ]
        facts.merge(attributes)
        addEvent(SpanEvent(name: "exception", at: instant(), attributes: facts))
    }

    package func end<Instant: TracerInstant>(at instant: @autoclosure () -> Instant) {
        guard let queue else { return }
        let now = instant().nanosecondsSinceEpoch
        let isFirst = state.withLock { content in
            guard content.ended == nil else { return false }
            content.ended = now
            return true
        }
        if isFirst { queue.offer(self) }
    }

    private func change(_ body: (inout Content) -> Void) {
        guard queue != nil else { return }
        state.withLock { content in
            if content.ended == nil { body(&content) }
        }
    }
}

/// The specification's defaults.
enum SpanLimits {
    static let attributeCount = 128
    static let eventCount = 128
    static let linkCount = 128
}
