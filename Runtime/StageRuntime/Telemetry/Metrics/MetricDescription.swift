/// What swift-metrics has no words for: an instrument's unit, meaning and aggregation, by its name.
struct MetricDescription: Sendable {
    enum Shape: Sendable, Equatable {
        /// Only grows.
        case counter
        /// A sum of what is there now: it can be added up over processes.
        case upDownCounter
        case gauge
        /// The highest value since the last export; none where nothing was set.
        case maximum
        /// Upper bounds of the buckets, in the unit; one more bucket is above the last.
        case histogram(bounds: [Double])
    }

    let name: String
    /// UCUM, as `s`, `By`, `{message}`.
    let unit: String
    let text: String
    let shape: Shape
    /// Names of those that its series are told apart by.
    let attributes: [String]

    /// Whether its values are whole numbers: bytes, and things that are counted. A series keeps to one kind of number.
    var isWhole: Bool { unit == "By" || unit.hasPrefix("{") }

    init(_ name: String, _ unit: String, _ text: String, _ shape: Shape, by attributes: [String] = []) {
        self.name = name
        self.unit = unit
        self.text = text
        self.shape = shape
        self.attributes = attributes
    }
}

/// Bounds of histograms.
enum HistogramBounds {
    /// Of durations in seconds: those of the semantic conventions for messaging, and further on to an hour.
    static let seconds = [
        0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 30, 60, 120, 300, 900, 1800, 3600,
    ]
    /// Of shares and confidences.
    static let shares = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]
    /// Of anything else: the specification's default.
    static let plain: [Double] = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10_000]
}
