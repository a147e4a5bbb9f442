/// How far to go over coefficients that nobody looks at: the next 12 bits tell of one word or of several.
///
/// An entry has the bits to pass, the words' own and those of their values, in its low 5 bits; above them how many
/// coefficients that passes, and ``endOfBlock`` more where the last word was that. ``unknown`` stands where the first
/// word is longer than 12 bits or wrong.
///
/// Unchecked: written by `init` alone; it owns its memory, which is valid as long as the table is held.
final class JPEGSkipTable: @unchecked Sendable {
    static let endOfBlock = 128
    static let unknown: UInt16 = 255 << 5
    private static let coefficientCount = 63
    /// The most bits that the values of 8-bit pictures have: the mean's difference, and the others.
    private static let meanBitCount: UInt16 = 11
    private static let valueBitCount: UInt16 = 10

    let entries: UnsafeMutablePointer<UInt16>

    /// Of a block's coefficients behind the first.
    init(_ ac: JPEGCodeTable) {
        entries = .allocate(capacity: JPEGCodeTable.entryCount)
        for index in 0..<JPEGCodeTable.entryCount {
            let entry = Self.coefficient(ac.words[index])
            entries[index] = entry == Self.unknown ? entry : Self.extended(entry, ac, index)
        }
    }

    /// Of a whole block: the first coefficient, and those behind it.
    init(_ dc: JPEGCodeTable, then ac: JPEGCodeTable) {
        entries = .allocate(capacity: JPEGCodeTable.entryCount)
        for index in 0..<JPEGCodeTable.entryCount {
            let word = dc.words[index]
            guard word != 0, word >> 5 <= Self.meanBitCount else {
                entries[index] = Self.unknown
                continue
            }
            entries[index] = Self.extended((word & 31) + word >> 5, ac, index)
        }
    }

    deinit { entries.deallocate() }

    private static func coefficient(_ word: UInt16) -> UInt16 {
        let (bitCount, run, size) = (word & 31, word >> 9, word >> 5 & 15)
        if size == 0 && run == 0 && word != 0 { return bitCount | UInt16(endOfBlock) << 5 }
        guard word != 0, run <= 15, size <= valueBitCount, size > 0 || run == 15 else { return unknown }
        return bitCount + size | (run + 1) << 5
    }

    /// Puts behind an entry's words those that the rest of the 12 bits tells.
    private static func extended(_ entry: UInt16, _ ac: JPEGCodeTable, _ index: Int) -> UInt16 {
        var entry = entry
        while Int(entry >> 5) < endOfBlock {
            let known = JPEGCodeTable.indexBitCount - Int(entry & 31)
            guard known > 0 else { break }
            let word = ac.words[index << Int(entry & 31) & (JPEGCodeTable.entryCount - 1)]
            let next = coefficient(word)
            guard Int(word & 31) <= known, next != unknown,
                Int(entry >> 5 + (next >> 5) & 127) <= coefficientCount
            else { break }
            entry += next
        }
        return entry
    }
}
