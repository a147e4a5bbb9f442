/// Speech as caption files.
package enum Captions {
    /// What WebVTT's cue text may not hold as it is.
    private static let references: [Unicode.Scalar: String] = ["&": "&amp;", "<": "&lt;", ">": "&gt;"]

    /// W3C WebVTT.
    package static func webVTT(_ moments: [Moment]) -> String {
        "WEBVTT\n\n"
            + moments.map { moment in
                "\(interval(moment, "."))\n\(moment.text.escaped(references))\n\n"
            }.joined()
    }

    /// SubRip.
    package static func subRip(_ moments: [Moment]) -> String {
        moments.enumerated().map { number, moment in
            "\(number + 1)\n\(interval(moment, ","))\n\(moment.text)\n\n"
        }.joined()
    }

    /// Players drop a cue that has no length.
    private static func interval(_ moment: Moment, _ separator: String) -> String {
        let start = moment.startMilliseconds
        return "\(time(start, separator)) --> \(time(max(moment.endMilliseconds, start + 1), separator))"
    }

    private static func time(_ milliseconds: Int, _ separator: String) -> String {
        let parts = [milliseconds / 3_600_000, milliseconds / 60_000 % 60, milliseconds / 1000 % 60]
        let clock = parts.map { padded($0, 2) }.joined(separator: ":")
        return clock + separator + padded(milliseconds % 1000, 3)
    }

    private static func padded(_ value: Int, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
