extension ExifFacts {
    /// Reads entries by their names.
    init(_ values: [String: ExifValue]) {
        self.init(tags: values.mapValues(\.written))
        make = values["Make"]?.text
        model = values["Model"]?.text
        lens = values["LensModel"]?.text
        software = values["Software"]?.text
        artist = values["Artist"]?.text
        copyright = values["Copyright"]?.text
        description = values["ImageDescription"]?.text
        orientation = values["Orientation"]?.numbers.first.flatMap { (1...8).contains($0) ? Int($0) : nil }
        let time = values["DateTimeOriginal"] ?? values["DateTime"]
        let offset = values["DateTimeOriginal"] == nil ? values["OffsetTime"] : values["OffsetTimeOriginal"]
        takenAt = time?.text.flatMap { Self.time($0, offset: offset?.text) }
        exposureSeconds = Self.positive(values["ExposureTime"])
        fNumber = Self.positive(values["FNumber"])
        isoSpeed = Self.positive(values["PhotographicSensitivity"]).map { Int($0) }
        focalLengthMillimeters = Self.positive(values["FocalLength"])
        location = Self.location(values)
    }

    private static func positive(_ value: ExifValue?) -> Double? {
        value?.numbers.first.flatMap { $0 > 0 && $0 < 1e9 ? $0 : nil }
    }

    /// "2024:05:01 12:34:56" in ISO 8601; nil where it is no time, such as that of a clock never set.
    private static func time(_ text: String, offset: String?) -> String? {
        let bytes = Array(text.utf8)
        let isDigit = { (byte: UInt8) in (0x30...0x39).contains(byte) }
        guard bytes.count == 19,
            bytes.indices.allSatisfy({ [4, 7, 10, 13, 16].contains($0) ? !isDigit(bytes[$0]) : isDigit(bytes[$0]) }),
            !text.hasPrefix("0000")
        else { return nil }
        let parts = bytes.split { !isDigit($0) }.map { String(decoding: $0, as: UTF8.self) }
        guard parts.count == 6 else { return nil }
        let isOffset = offset.map { $0.utf8.count == 6 && ($0.hasPrefix("+") || $0.hasPrefix("-")) } ?? false
        return "\(parts[0])-\(parts[1])-\(parts[2])T\(parts[3]):\(parts[4]):\(parts[5])\(isOffset ? offset ?? "" : "")"
    }

    private static func location(_ values: [String: ExifValue]) -> GeoLocation? {
        guard let latitude = degrees(values["GPSLatitude"], values["GPSLatitudeRef"], negative: "S"),
            let longitude = degrees(values["GPSLongitude"], values["GPSLongitudeRef"], negative: "W")
        else { return nil }
        let isBelowSea = values["GPSAltitudeRef"]?.numbers.first == 1
        let altitude = values["GPSAltitude"]?.numbers.first.map { isBelowSea ? -$0 : $0 }
        return GeoLocation(latitude: latitude, longitude: longitude, altitude: altitude)
    }

    /// Degrees, minutes and seconds as one number.
    private static func degrees(_ value: ExifValue?, _ reference: ExifValue?, negative: String) -> Double? {
        guard let value, let reference = reference?.text?.uppercased() else { return nil }
        // Some write 0/0 for minutes or seconds that they leave out.
        guard case .numbers(let numbers) = value, (1...3).contains(numbers.count), numbers[0].isFinite else {
            return nil
        }
        let parts = numbers.map { $0.isFinite ? $0 : 0 }
        let degrees = zip(parts, [1, 60, 3600]).reduce(0) { $0 + $1.0 / $1.1 }
        return reference.hasPrefix(negative) ? -degrees : degrees
    }
}
