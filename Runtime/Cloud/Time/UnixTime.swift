internal import Glibc
internal import Pipeline

/// Seconds since 1970 in the written forms that services use, all UTC, by arithmetic alone.
package enum UnixTime {
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    private static let daySeconds: Int64 = 86_400

    package static func now() -> Int64 { Int64(time(nil)) }

    /// `yyyyMMdd'T'HHmmss'Z'`, as signatures want it.
    package static func basic(_ seconds: Int64) -> String {
        String(Timestamp.rfc3339(unixMilliseconds: seconds * 1000).filter { $0 != "-" && $0 != ":" }.prefix(15)) + "Z"
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
}
