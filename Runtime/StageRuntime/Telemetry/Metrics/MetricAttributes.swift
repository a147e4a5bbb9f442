/// What tells one series of an instrument from another: names and values, in the order of the names.
struct MetricAttributes: Hashable, Sendable {
    struct Pair: Hashable, Sendable {
        let name: String
        let value: String
    }

    let pairs: [Pair]

    init(_ dimensions: [(String, String)]) {
        pairs = dimensions.map { Pair(name: $0.0, value: $0.1) }.sorted { $0.name < $1.name }
    }

    /// What is over an instrument's limit of series is counted together, by the specification.
    static let overflow = MetricAttributes([("otel.metric.overflow", "true")])
}
