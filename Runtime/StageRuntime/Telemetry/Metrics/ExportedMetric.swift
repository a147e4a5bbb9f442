/// A metric as dashboards and alerts know it.
package struct ExportedMetric: Encodable, Sendable {
    /// By OpenTelemetry.
    package let name: String
    /// What Prometheus calls it, by OpenTelemetry's rules; of a histogram, what `_bucket`, `_sum` and `_count` follow.
    package let prometheus: String
    /// UCUM.
    package let unit: String
    package let kind: String
    package let help: String
    /// Names of those that its series are told apart by; labels have `_` for each dot.
    package let attributes: [String]

    /// All that workers, Search and models' clients export.
    package static let all = MetricDescription.all.map(ExportedMetric.init)

    init(_ metric: MetricDescription) {
        name = metric.name
        unit = metric.unit
        help = metric.text
        attributes = metric.attributes
        var prometheus = metric.name.split(separator: ".").joined(separator: "_")
        let suffix = ["s": "_seconds", "By": "_bytes"][metric.unit]
        if let suffix { prometheus += suffix }
        switch metric.shape {
        case .counter:
            kind = "counter"
            prometheus += "_total"
        case .histogram: kind = "histogram"
        case .upDownCounter, .gauge, .maximum: kind = "gauge"
        }
        self.prometheus = prometheus
    }
}
