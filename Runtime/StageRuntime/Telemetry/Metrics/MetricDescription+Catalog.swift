extension MetricDescription {
    /// Of the instruments that the runtime records; `messaging.*`, `process.*` and `otel.sdk.*` are OpenTelemetry's
    /// semantic conventions, `media.*` is ours.
    static let catalog: [String: MetricDescription] = Dictionary(
        all.map { ($0.name, $0) },
        uniquingKeysWith: { $1 }
    )

    private static let all = messages + capacity + itself

    private static let messages = [
        MetricDescription("messaging.client.consumed.messages", "{message}", "Messages received.", .counter),
        MetricDescription(
            "messaging.process.duration",
            "s",
            "How long a handler took.",
            .histogram(bounds: HistogramBounds.seconds)
        ),
        MetricDescription("media.message.settled", "{message}", "Messages settled, by outcome.", .counter),
        MetricDescription(
            "media.message.settle.duration",
            "s",
            "From a message's receipt to its settlement.",
            .histogram(bounds: HistogramBounds.seconds)
        ),
        MetricDescription(
            "media.message.age",
            "s",
            "From a message's sending to its receipt.",
            .histogram(bounds: HistogramBounds.seconds)
        ),
        MetricDescription("media.message.age.max", "s", "Of the oldest message since the last export.", .maximum),
        MetricDescription("media.message.retried", "{message}", "Messages that will come again.", .counter),
        MetricDescription("media.dead_letter.sent", "{message}", "Dead letters, by class.", .counter),
        MetricDescription("media.lease.lost", "{lease}", "Leases lost during the work.", .counter),
        MetricDescription("media.lease.extended", "{lease}", "Extensions of leases.", .counter),
        MetricDescription("media.claim.refused", "{claim}", "Claims not granted, by answer.", .counter),
        MetricDescription("media.outbox.swept", "{message}", "Messages that were left in the outbox.", .counter),
    ]

    private static let capacity = [
        MetricDescription("media.slot.usage", "{slot}", "Slots in use.", .upDownCounter),
        MetricDescription("media.slot.limit", "{slot}", "Slots there are.", .upDownCounter),
        MetricDescription("media.poll.active", "{poll}", "Receives under way.", .upDownCounter),
        MetricDescription("media.queue.depth", "{message}", "Messages that wait, by lane.", .gauge),
    ]

    private static let itself = [
        MetricDescription("process.memory.usage", "By", "Resident memory.", .upDownCounter),
        MetricDescription("process.cpu.time", "s", "CPU time, by mode.", .counter),
        MetricDescription("otel.sdk.processor.span.processed", "{span}", "Spans dropped.", .counter),
        MetricDescription("otel.sdk.processor.log.processed", "{log_record}", "Records dropped.", .counter),
        MetricDescription("otel.sdk.exporter.span.exported", "{span}", "Spans exported, or not, by error.", .counter),
        MetricDescription("otel.sdk.exporter.log.exported", "{log_record}", "Records exported, or not.", .counter),
        MetricDescription(
            "otel.sdk.exporter.metric_data_point.exported",
            "{data_point}",
            "Data points exported, or not.",
            .counter
        ),
    ]
}
