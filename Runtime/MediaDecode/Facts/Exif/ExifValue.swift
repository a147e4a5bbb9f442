/// The value of one EXIF entry.
enum ExifValue {
    case text(String)
    case numbers([Double])

    /// Takes text up to its first zero byte; nil where nothing is left of it.
    init?(text bytes: [UInt8]) {
        let text = String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        let trimmed = text.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed()
        guard !trimmed.isEmpty, !trimmed.contains(where: { $0.isASCII && ($0.asciiValue ?? 32) < 9 }) else {
            return nil
        }
        self = .text(String(trimmed))
    }

    var text: String? {
        guard case .text(let text) = self else { return nil }
        return text
    }

    /// All of them are finite.
    var numbers: [Double] {
        guard case .numbers(let numbers) = self, numbers.allSatisfy(\.isFinite) else { return [] }
        return numbers
    }

    var written: String {
        switch self {
        case .text(let text): text
        case .numbers(let numbers): numbers.map { Self.written($0) }.joined(separator: " ")
        }
    }

    private static func written(_ number: Double) -> String {
        number.rounded() == number && number.magnitude < 1e15 ? String(Int64(number)) : String(number)
    }
}
