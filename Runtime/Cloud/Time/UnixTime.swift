internal import Glibc

/// Seconds since 1970 in the written forms that services use, all UTC, by arithmetic alone.
package enum UnixTime {
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    private static let daySeconds: Int64 = 86_400

    package static func now() -> Int64 { Int64(time(nil)) }

    /// `yyyyMMdd'T'HHmmss'Z'`, as signatures want it.
    package static func basic(_ seconds: Int64) -> String {
        let days = floorQuotient(seconds, daySeconds)
        let (year, month, day) = civil(days)
        let rest = Int(seconds - days * daySeconds)
        return digits(year, 4) + digits(month, 2) + digits(day, 2) + "T" + digits(rest / 3600, 2)
            + digits(rest / 60 % 60, 2) + digits(rest % 60, 2) + "Z"
    }

    /// Reads RFC 3339 in UTC, `2026-03-01T12:00:00Z`; fractions of a second are cut off.
    package static func parse(rfc3339 text: String) -> Int64? {
        guard text.hasSuffix("Z") else { return nil }
        let fields = text.dropLast().split { $0 == "-" || $0 == "T" || $0 == ":" || $0 == "." }.compactMap { Int($0) }
        guard fields.count >= 6 else { return nil }
        return seconds(fields[0], fields[1], fields[2], fields[3], fields[4], fields[5])
    }

    /// Reads the date of an HTTP header (RFC 9110, 5.6.7), `Sun, 06 Nov 1994 08:49:37 GMT`.
    package static func parse(httpDate text: String) -> Int64? {
        let words = text.split { $0 == " " || $0 == ":" }.map(String.init)
        guard words.count == 8, words[7] == "GMT", let month = months.firstIndex(of: words[2]),
            let day = Int(words[1]), let year = Int(words[3]), let hour = Int(words[4]), let minute = Int(words[5]),
            let second = Int(words[6])
        else { return nil }
        return seconds(year, month + 1, day, hour, minute, second)
    }

    private static func seconds(
        _ year: Int,
        _ month: Int,
        _ day: Int,
        _ hour: Int,
        _ minute: Int,
        _ second: Int
    ) -> Int64? {
        guard 1...9999 ~= year, 1...12 ~= month, 1...31 ~= day, 0...23 ~= hour, 0...59 ~= minute, 0...60 ~= second
        else { return nil }
        return days(year, month, day) * daySeconds + Int64(hour * 3600 + minute * 60 + second)
    }

    /// Days since 1970 of a date of the Gregorian calendar; years are counted from March, so that the leap day is last.
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int64 {
        let year = month > 2 ? year : year - 1
        let month = (month + 9) % 12
        return Int64(year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + day - 1 - 719_468)
    }

    /// The inverse of ``days(_:_:_:)``: the year is guessed from the mean year and put right.
    private static func civil(_ days: Int64) -> (year: Int, month: Int, day: Int) {
        var year = Int(floorQuotient((days + 719_468) * 400, 146_097))
        while Self.days(year, 3, 1) > days { year -= 1 }
        while Self.days(year + 1, 3, 1) <= days { year += 1 }
        let dayOfYear = Int(days - Self.days(year, 3, 1))
        let month = (dayOfYear * 5 + 2) / 153
        let day = dayOfYear - (month * 153 + 2) / 5 + 1
        return (month < 10 ? year : year + 1, (month + 2) % 12 + 1, day)
    }

    private static func floorQuotient(_ value: Int64, _ divisor: Int64) -> Int64 {
        value >= 0 ? value / divisor : -((divisor - 1 - value) / divisor)
    }

    private static func digits(_ value: Int, _ count: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, count - text.count)) + text
    }
}
