import Pipeline

/// A moment on one line.
enum MomentLine {
    static func text(_ moment: Moment) -> String {
        "  \(time(moment.startMilliseconds))  \(kind(moment.kind))  \(line(moment.text))"
    }

    static func text(_ hit: SearchHit) -> String {
        "\(time(hit.startMilliseconds))  \(kind(hit.kind))  \(hit.name.printable)  \(line(hit.text))"
    }

    private static func time(_ milliseconds: Int) -> String {
        let clock = StatusTable.clock(milliseconds) + ".\(milliseconds % 1000 / 100)"
        return String(repeating: " ", count: max(0, 8 - clock.count)) + clock
    }

    private static func kind(_ kind: MomentKind) -> String {
        kind.rawValue + String(repeating: " ", count: max(0, 6 - kind.rawValue.count))
    }

    private static func line(_ text: String) -> String {
        text.printable.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}
