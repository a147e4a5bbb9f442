/// A place on Earth (WGS 84).
package struct GeoLocation: Codable, Sendable, Equatable {
    /// Degrees, north positive.
    package var latitude: Double
    /// Degrees, east positive.
    package var longitude: Double
    /// Metres above sea level.
    package var altitude: Double?

    /// Takes what can be a place; nil otherwise.
    package init?(latitude: Double, longitude: Double, altitude: Double? = nil) {
        guard latitude.magnitude <= 90, longitude.magnitude <= 180 else { return nil }
        self.latitude = latitude
        self.longitude = longitude
        self.altitude = altitude.flatMap { $0.magnitude <= 100_000 ? $0 : nil }
    }

    /// Reads the form that cameras write into videos: "+52.5200+013.4050+034.000/" (ISO 6709, annex H).
    ///
    /// Digits before the point are degrees, degrees and minutes, or degrees, minutes and seconds, by their number.
    package init?(iso6709 text: String) {
        var parts: [Substring] = []
        var rest = text.prefix(64).prefix { $0 != "/" && $0 != "C" }
        while let sign = rest.first, sign == "+" || sign == "-", parts.count < 3 {
            let number = rest.dropFirst().prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            guard !number.isEmpty else { return nil }
            parts.append(rest.prefix(number.count + 1))
            rest = rest.dropFirst(number.count + 1)
        }
        guard rest.isEmpty, parts.count >= 2, let latitude = Self.degrees(parts[0], digitCount: 2),
            let longitude = Self.degrees(parts[1], digitCount: 3)
        else { return nil }
        self.init(
            latitude: latitude,
            longitude: longitude,
            altitude: parts.count > 2 ? Double(parts[2]) : nil
        )
    }

    private static func degrees(_ text: Substring, digitCount: Int) -> Double? {
        let magnitude = text.dropFirst()
        let whole = magnitude.prefix { $0 != "." }.count
        guard let number = Double(magnitude) else { return nil }
        let value: Double
        switch whole - digitCount {
        case ...0: value = number
        case 2:
            let degrees = (number / 100).rounded(.down)
            value = degrees + (number - degrees * 100) / 60
        case 4:
            let degrees = (number / 10_000).rounded(.down)
            let minutes = ((number - degrees * 10_000) / 100).rounded(.down)
            value = degrees + minutes / 60 + (number - degrees * 10_000 - minutes * 100) / 3600
        default: return nil
        }
        return text.hasPrefix("-") ? -value : value
    }
}
