/// A Huffman code as a JPEG says it (ITU-T T.81, B.2.4.2): how many words of every length, and what they mean.
struct JPEGCode: Hashable {
    static let longestBitCount = 16

    /// Of the words of 1 to 16 bits.
    let counts: [Int]
    let symbols: [UInt8]

    /// Reads one code; nil where it is damaged.
    init?(_ segment: inout JPEGBytes) {
        var counts: [Int] = []
        // How many words of the present length are still free.
        var free = 1
        for _ in 0..<Self.longestBitCount {
            guard let count = segment.byte() else { return nil }
            free = 2 * free - count
            guard free >= 0 else { return nil }
            counts.append(count)
        }
        let total = counts.reduce(0, +)
        guard total <= 256, total <= segment.remainingCount else { return nil }
        var symbols: [UInt8] = []
        symbols.reserveCapacity(total)
        for _ in 0..<total { symbols.append(UInt8(segment.byte() ?? 0)) }
        self.counts = counts
        self.symbols = symbols
    }
}
