/// A Huffman code as a table: the next 12 bits tell the word that they begin with, or where its rest is looked up.
///
/// Unchecked: written by `init` alone; it owns its memory, which is valid as long as the table is held.
final class JPEGCodeTable: @unchecked Sendable {
    static let indexBitCount = 12
    static let entryCount = 1 << indexBitCount
    /// Marks an entry of a longer word: the others of its bits are the number of a part with 16 entries.
    private static let isLonger: UInt16 = 1 << 15

    /// A word's length in the low 5 bits, its symbol above them; 0 where no word begins so.
    let words: UnsafeMutablePointer<UInt16>

    init(_ code: JPEGCode) {
        let longCount = code.counts[Self.indexBitCount...].reduce(0, +)
        words = .allocate(capacity: Self.entryCount + 16 * longCount)
        words.initialize(repeating: 0, count: Self.entryCount + 16 * longCount)
        var (place, partCount, index) = (0, 0, 0)
        for bitCount in 1...JPEGCode.longestBitCount {
            // Places are counted in words of 16 bits.
            let width = 1 << (JPEGCode.longestBitCount - bitCount)
            for _ in 0..<code.counts[bitCount - 1] {
                let entry = UInt16(bitCount) | UInt16(code.symbols[index]) << 5
                if width >= 16 {
                    (words + place / 16).update(repeating: entry, count: width / 16)
                } else {
                    if words[place / 16] == 0 {
                        words[place / 16] = Self.isLonger | UInt16(partCount)
                        partCount += 1
                    }
                    let part = Int(words[place / 16] & ~Self.isLonger)
                    (words + Self.entryCount + 16 * part + place % 16).update(repeating: entry, count: width)
                }
                place += width
                index += 1
            }
        }
    }

    deinit { words.deallocate() }

    /// The word that the bits begin with, as an entry.
    @inline(__always)
    static func word(_ words: UnsafePointer<UInt16>, _ bits: UInt64) -> Int {
        let entry = words[Int(truncatingIfNeeded: bits >> 52)]
        guard entry & isLonger != 0 else { return Int(entry) }
        let part = Int(entry & ~isLonger)
        return Int(words[entryCount + 16 * part + Int(truncatingIfNeeded: bits >> 48 & 15)])
    }
}
