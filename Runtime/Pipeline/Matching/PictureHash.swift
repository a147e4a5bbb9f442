/// A perceptual hash of a picture: 256 bits, of which pictures that look alike differ in few, others in about half.
package struct PictureHash: Hashable, Sendable {
    package static let bitCount = 256
    static let wordBitCount = 16

    /// The first word holds the first bits, the highest of them first.
    package let words: SIMD4<UInt64>

    package init(words: SIMD4<UInt64>) { self.words = words }

    /// The number of bits in which two hashes differ, 0 to 256.
    package func distance(to other: PictureHash) -> Int {
        let bits = words ^ other.words
        return bits[0].nonzeroBitCount + bits[1].nonzeroBitCount + bits[2].nonzeroBitCount + bits[3].nonzeroBitCount
    }

    /// Sixteen pieces of 16 bits, each with its place above them: what an index finds hashes by.
    ///
    /// Of two hashes that differ in fewer than 16 bits at least one piece is the same; of two that differ in 24 or 31, in
    /// 98 and 92 cases of 100 (Norouzi et al., "Fast search in Hamming space with multi-index hashing", 2012).
    package var terms: [Int32] {
        (0..<Self.bitCount / Self.wordBitCount).map { place in
            let shift = UInt64(48 - Self.wordBitCount * (place % 4))
            return Int32(place << Self.wordBitCount) | Int32(truncatingIfNeeded: (words[place / 4] >> shift) & 0xFFFF)
        }
    }

    /// 256 characters, "0" or "1".
    package var bits: String {
        (0..<4).map { index in
            let digits = String(words[index], radix: 2)
            return String(repeating: "0", count: 64 - digits.count) + digits
        }.joined()
    }

    /// - Returns: nil where the text is not 256 of "0" and "1".
    package init?(bits: String) {
        guard bits.utf8.count == Self.bitCount, let words = SIMD4(bits, radix: 2, digitCount: 64) else { return nil }
        self.words = words
    }
}

extension PictureHash: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard text.utf8.count == Self.bitCount / 4, let words = SIMD4(text, radix: 16, digitCount: 16) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "a hash has 64 hexadecimal digits")
        }
        self.words = words
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(hexadecimal)
    }

    private var hexadecimal: String {
        (0..<4).map { index in
            let digits = String(words[index], radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }
}

extension SIMD4<UInt64> {
    fileprivate init?(_ text: String, radix: Int, digitCount: Int) {
        self.init()
        var rest = text[...]
        for index in 0..<4 {
            guard let word = UInt64(rest.prefix(digitCount), radix: radix) else { return nil }
            self[index] = word
            rest = rest.dropFirst(digitCount)
        }
    }
}
