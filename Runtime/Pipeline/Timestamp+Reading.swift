extension Timestamp {
    /// Reads the one form of RFC 3339 that envelopes and object events have, `2026-01-01T00:00:00[.000]Z`, without a
    /// formatter: every message has one.
    ///
    /// - Returns: milliseconds since 1970; nil where the text has another form.
    package static func unixMilliseconds(_ text: String) -> Int64? {
        var text = text
        return text.withUTF8 { text in
            guard text.count == 20 || text.count == 24, text[text.count - 1] == UInt8(ascii: "Z"),
                let year = number(text, 0, 4, UInt8(ascii: "-")), let month = number(text, 5, 2, UInt8(ascii: "-")),
                let day = number(text, 8, 2, UInt8(ascii: "T")), let hour = number(text, 11, 2, UInt8(ascii: ":")),
                let minute = number(text, 14, 2, UInt8(ascii: ":")),
                let second = number(text, 17, 2, text.count == 20 ? UInt8(ascii: "Z") : UInt8(ascii: ".")),
                let milliseconds = text.count == 20 ? 0 : number(text, 20, 3, UInt8(ascii: "Z")),
                1...12 ~= month, 1...31 ~= day
            else { return nil }
            let seconds = days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second
            return Int64(seconds * 1000 + milliseconds)
        }
    }

    private static func number(_ text: UnsafeBufferPointer<UInt8>, _ start: Int, _ count: Int, _ end: UInt8) -> Int? {
        guard text[start + count] == end else { return nil }
        var value = 0
        for digit in text[start..<(start + count)] {
            guard UInt8(ascii: "0")...UInt8(ascii: "9") ~= digit else { return nil }
            value = value * 10 + Int(digit - UInt8(ascii: "0"))
        }
        return value
    }

    /// Days since 1970; years are counted from March, so that the leap day is last.
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let year = month > 2 ? year : year - 1
        let month = (month + 9) % 12
        return year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + day - 1 - 719_468
    }
}
