/// Bounds of a queue of telemetry: `OTEL_BSP_*` for spans, `OTEL_BLRP_*` for log records.
package struct BatchLimits: Sendable, Equatable {
    /// How long an item waits for its batch to fill.
    package let delay: Duration
    /// Items that may wait; more are dropped.
    package let queueCount: Int
    /// Items in one request.
    package let batchCount: Int
    /// How long one batch may be tried for.
    package let exportLimit: Duration

    package init(delay: Duration, queueCount: Int, batchCount: Int, exportLimit: Duration) {
        self.delay = delay
        self.queueCount = queueCount
        self.batchCount = batchCount
        self.exportLimit = exportLimit
    }
}
