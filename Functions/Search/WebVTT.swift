import Pipeline

/// Captions in the W3C's format for timed text.
enum WebVTT {
    /// One cue per spoken moment.
    static func file(_ moments: [Moment]) -> String {
        var text = "WEBVTT\n"
        for moment in moments where moment.kind == .speech && moment.endMilliseconds > moment.startMilliseconds {
            text += "\n\(timestamp(moment.startMilliseconds)) --> \(timestamp(moment.endMilliseconds))\n"
            text += escaped(moment.text) + "\n"
        }
        return text
    }

    /// "01:02:03.004".
    private static func timestamp(_ milliseconds: Int) -> String {
        let seconds = milliseconds / 1000
        let clock = [seconds / 3600, seconds / 60 % 60, seconds % 60].map { padded($0, 2) }.joined(separator: ":")
        return "\(clock).\(padded(milliseconds % 1000, 3))"
    }

    private static func padded(_ number: Int, _ digitCount: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, digitCount - digits.count)) + digits
    }

    /// A blank line would end the cue, and markup is not ours.
    private static func escaped(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).map(HTMLText.escaped).joined(separator: "\n")
    }
}
