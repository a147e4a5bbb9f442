/// One request to a collector.
struct ExportBatch: Sendable {
    let body: [UInt8]
    /// Spans, log records or data points in it.
    let count: Int
    /// Whether another batch waits behind this one.
    let hasMore: Bool
}
