/// A length of time as people write it: "90s", "15m", "1h", "2d".
package struct Age: Hashable, Sendable, CustomStringConvertible {
    private static let units: [(name: Character, seconds: Int)] = [("d", 86_400), ("h", 3600), ("m", 60), ("s", 1)]
    /// Longer than any queue keeps a message.
    private static let longestSeconds = 365 * 86_400

    package let seconds: Int

    package init(seconds: Int) { self.seconds = seconds }

    /// Nil where it is no whole number with a unit, or over a year.
    package init?(_ text: String) {
        guard let last = text.last, let unit = Self.units.first(where: { $0.name == last }),
            let count = Int(text.dropLast()), (0...Self.longestSeconds / unit.seconds).contains(count)
        else { return nil }
        seconds = count * unit.seconds
    }

    package var milliseconds: Int64 { Int64(seconds) * 1000 }

    /// In the largest unit that it fills, rounded down.
    package var description: String {
        guard let unit = Self.units.first(where: { seconds >= $0.seconds }) else { return "0s" }
        return "\(seconds / unit.seconds)\(unit.name)"
    }
}
