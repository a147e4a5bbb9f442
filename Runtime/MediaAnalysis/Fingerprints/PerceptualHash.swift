/// 256 bits that stay nearly the same while a picture looks the same.
///
/// Bit `16 * row + column` tells whether that coefficient of ``PictureSpectrum`` is above their median: the layout and
/// the text of PDQ (Meta, "The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing Algorithm", 2019).
package struct PerceptualHash: Hashable, Sendable {
    package static let bitCount = 256

    /// The bits from 0, 64, 128 and 192 on; within a word the lowest comes first.
    package let word0: UInt64
    package let word1: UInt64
    package let word2: UInt64
    package let word3: UInt64

    package init(_ word0: UInt64, _ word1: UInt64, _ word2: UInt64, _ word3: UInt64) {
        (self.word0, self.word1, self.word2, self.word3) = (word0, word1, word2, word3)
    }

    /// Reads 64 hexadecimal digits of either case, the highest bit first; nil where the text is anything else.
    package init?(hexadecimal text: String) {
        guard text.utf8.count == 64 else { return nil }
        var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        for byte in text.utf8 {
            let digit: UInt8
            switch byte {
            case 0x30...0x39: digit = byte - 0x30
            case 0x41...0x46: digit = byte - 0x41 + 10
            case 0x61...0x66: digit = byte - 0x61 + 10
            default: return nil
            }
            words.3 = words.3 << 4 | words.2 >> 60
            words.2 = words.2 << 4 | words.1 >> 60
            words.1 = words.1 << 4 | words.0 >> 60
            words.0 = words.0 << 4 | UInt64(digit)
        }
        self.init(words.0, words.1, words.2, words.3)
    }

    /// 64 lower-case digits, the highest bit first.
    package var hexadecimal: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(unsafeUninitializedCapacity: 64) { text in
            for (index, word) in [word3, word2, word1, word0].enumerated() {
                for place in 0..<16 { text[16 * index + place] = digits[Int(word >> UInt64(60 - 4 * place) & 15)] }
            }
            return 64
        }
    }

    /// How many bits differ: 0 for the same, about 128 for pictures that have nothing to do with each other.
    package func distance(to other: PerceptualHash) -> Int {
        (word0 ^ other.word0).nonzeroBitCount + (word1 ^ other.word1).nonzeroBitCount
            + (word2 ^ other.word2).nonzeroBitCount + (word3 ^ other.word3).nonzeroBitCount
    }
}

extension PerceptualHash: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let hash = PerceptualHash(hexadecimal: text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not 64 hexadecimal digits")
        }
        self = hash
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(hexadecimal)
    }
}
