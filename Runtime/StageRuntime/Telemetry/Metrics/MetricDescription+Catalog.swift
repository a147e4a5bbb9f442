extension MetricDescription {
    /// Of the instruments that the runtime records; `messaging.*`, `http.*`, `process.*` and `otel.sdk.*` are
    /// OpenTelemetry's semantic conventions, `media.*` is ours.
    static let catalog: [String: MetricDescription] = Dictionary(
        all.map { ($0.name, $0) },
        uniquingKeysWith: { $1 }
    )

    static let all = messages + capacity + record + requests + itself

    private static let stage = "media.stage"
    private static let messaging = ["messaging.system", "messaging.destination.name", "messaging.operation.name"]
    private static let model = [stage, "media.model", "media.task"]
    private static let seconds = Shape.histogram(bounds: HistogramBounds.seconds)

    private static let messages = [
        MetricDescription(
            "messaging.client.consumed.messages",
            "{message}",
            "Messages received.",
            .counter,
            by: [stage] + messaging
        ),
        MetricDescription(
            "messaging.process.duration",
            "s",
            "How long a handler took.",
            seconds,
            by: [stage, "error.type"] + messaging
        ),
        MetricDescription(
            "media.message.settled",
            "{message}",
            "Messages settled, by outcome.",
            .counter,
            by: [stage, "media.outcome"]
        ),
        MetricDescription(
            "media.message.settle.duration",
            "s",
            "From a message's receipt to its settlement.",
            seconds,
            by: [stage]
        ),
        MetricDescription(
            "media.message.age",
            "s",
            "From a message's sending to its receipt.",
            seconds,
            by: [stage, "media.lane"]
        ),
        MetricDescription(
            "media.message.age.max",
            "s",
            "Of the oldest message since the last export.",
            .maximum,
            by: [stage, "media.lane"]
        ),
        MetricDescription(
            "media.message.retried",
            "{message}",
            "Messages that will come again.",
            .counter,
            by: [stage]
        ),
        MetricDescription(
            "media.dead_letter.sent",
            "{message}",
            "Dead letters, by class.",
            .counter,
            by: [stage, "error.type"]
        ),
        MetricDescription("media.lease.lost", "{lease}", "Leases lost during the work.", .counter, by: [stage]),
        MetricDescription("media.lease.extended", "{lease}", "Extensions of leases.", .counter, by: [stage]),
        MetricDescription(
            "media.claim.refused",
            "{claim}",
            "Claims not granted, by answer.",
            .counter,
            by: [stage, "media.claim.answer"]
        ),
        MetricDescription(
            "media.outbox.swept",
            "{message}",
            "Messages that were left in the outbox.",
            .counter,
            by: [stage]
        ),
    ]

    private static let capacity = [
        MetricDescription("media.slot.usage", "{slot}", "Slots in use.", .upDownCounter, by: [stage]),
        MetricDescription("media.slot.limit", "{slot}", "Slots there are.", .upDownCounter, by: [stage]),
        MetricDescription("media.poll.active", "{poll}", "Receives under way.", .upDownCounter, by: [stage]),
        MetricDescription(
            "media.queue.depth",
            "{message}",
            "Messages that wait, by lane.",
            .gauge,
            by: [stage, "media.lane"]
        ),
    ]

    private static let record = [
        MetricDescription(
            "media.asset.completed.duration",
            "s",
            "From an upload to its record being shown, or to its failure, by state.",
            seconds,
            by: [stage, "media.lane", "media.state"]
        )
    ]

    private static let requests = [
        MetricDescription(
            "media.model.call.duration",
            "s",
            "How long a model took to answer, or to fail.",
            seconds,
            by: model + ["error.type"]
        ),
        MetricDescription(
            "media.model.units",
            "1",
            "Tokens, seconds of sound or pictures that models were given.",
            .counter,
            by: model
        ),
        MetricDescription(
            "media.model.confidence",
            "1",
            "How sure a model was, the mean of an answer.",
            .histogram(bounds: HistogramBounds.shares),
            by: model
        ),
        MetricDescription("media.cost", "1", "US dollars for models, by their settings' prices.", .counter, by: model),
        MetricDescription(
            "http.server.request.duration",
            "s",
            "How long a request took.",
            seconds,
            by: ["http.request.method", "http.route", "http.response.status_code"]
        ),
    ]

    private static let itself = [
        MetricDescription("process.memory.usage", "By", "Resident memory.", .upDownCounter),
        MetricDescription("process.cpu.time", "s", "CPU time, by mode.", .counter, by: ["cpu.mode"]),
        MetricDescription(
            "otel.sdk.processor.span.processed",
            "{span}",
            "Spans dropped.",
            .counter,
            by: ["error.type"]
        ),
        MetricDescription(
            "otel.sdk.processor.log.processed",
            "{log_record}",
            "Records dropped.",
            .counter,
            by: ["error.type"]
        ),
        MetricDescription(
            "otel.sdk.exporter.span.exported",
            "{span}",
            "Spans exported, or not, by error.",
            .counter,
            by: ["error.type"]
        ),
        MetricDescription(
            "otel.sdk.exporter.log.exported",
            "{log_record}",
            "Records exported, or not.",
            .counter,
            by: ["error.type"]
        ),
        MetricDescription(
            "otel.sdk.exporter.metric_data_point.exported",
            "{data_point}",
            "Data points exported, or not.",
            .counter,
            by: ["error.type"]
        ),
    ]
}
