/// Reads blocks of 8 by 8 coefficients, or passes over them (ITU-T T.81, F.2.2).
///
/// Every function takes the bits' buffer and a position in it, and gives the position behind the block; nil where the
/// bits are damaged. A block has 1700 bits at most, which must be readable behind the position, and 8 bytes more.
struct JPEGBlockReader {
    /// The most bits that the values of 8-bit pictures have: the mean's difference, and the others.
    private static let meanBitCount = 11
    private static let valueBitCount = 10

    /// Eight times the last block's mean, in the quantizer's steps, counted from the middle of the range.
    var mean = 0
    private let steps: [Int]
    private let lowBits: Int
    private let reduction: JPEGReduction
    /// A block's coefficients at their places, where more than the mean is used.
    private var coefficients = [Float](repeating: 0, count: 64)

    init(_ header: JPEGHeader, _ reduction: JPEGReduction) {
        steps = header.lumaQuantizer
        lowBits = header.scan.lowBits
        self.reduction = reduction
    }

    /// Passes over a block of colour.
    @inline(__always)
    func pass(_ block: JPEGBlock, _ buffer: UnsafePointer<UInt8>, _ position: Int) -> Int? {
        let bits = Self.peek(buffer, position)
        guard let ac = block.ac, let skip = block.skip, let whole = block.whole else {
            return Self.size(block.dc, bits).map { position + $0.wordBitCount + $0.size }
        }
        let entry = Int(whole[Int(truncatingIfNeeded: bits >> 52)])
        let (bitCount, passed) = (entry & 31, entry >> 5)
        guard passed >= 63 else { return Self.pass(ac, skip, buffer, position + bitCount, from: 1 + passed) }
        guard entry == Int(JPEGSkipTable.unknown) else { return position + bitCount }
        // A word too long for the table: the luma's way, without the value.
        guard let word = Self.size(block.dc, bits) else { return nil }
        return Self.passOneByOne(ac, buffer, position + word.wordBitCount + word.size, from: 1)
    }

    /// Reads a block of brightness and makes its pixels.
    @inline(__always)
    mutating func read(
        _ block: JPEGBlock,
        _ buffer: UnsafePointer<UInt8>,
        _ position: Int,
        into place: UnsafeMutablePointer<UInt8>,
        _ stride: Int
    ) -> Int? {
        let bits = Self.peek(buffer, position)
        guard let word = Self.size(block.dc, bits) else { return nil }
        mean &+= Self.value(bits &<< UInt64(truncatingIfNeeded: word.wordBitCount), word.size) << lowBits
        let next = position + word.wordBitCount + word.size
        guard reduction.side == 1 else { return readMore(block, buffer, next, into: place, stride) }
        place.pointee = UInt8(truncatingIfNeeded: min(max((mean &* steps[0] &+ 4) >> 3 &+ 128, 0), 255))
        guard let ac = block.ac, let skip = block.skip else { return next }
        return Self.pass(ac, skip, buffer, next, from: 1)
    }

    /// The next 57 bits at least, from the highest on.
    @inline(__always)
    private static func peek(_ buffer: UnsafePointer<UInt8>, _ position: Int) -> UInt64 {
        let bytes = UnsafeRawPointer(buffer).loadUnaligned(fromByteOffset: position >> 3, as: UInt64.self)
        return bytes.bigEndian &<< UInt64(truncatingIfNeeded: position & 7)
    }

    /// The size of a mean's difference.
    @inline(__always)
    private static func size(_ dc: UnsafePointer<UInt16>, _ bits: UInt64) -> (wordBitCount: Int, size: Int)? {
        let word = JPEGCodeTable.word(dc, bits)
        guard word != 0, word >> 5 <= meanBitCount else { return nil }
        return (word & 31, word >> 5)
    }

    /// A value of `size` bits, whose highest is 0 where it is negative.
    @inline(__always)
    private static func value(_ bits: UInt64, _ size: Int) -> Int {
        let value = Int(truncatingIfNeeded: (bits >> 1) &>> UInt64(truncatingIfNeeded: 63 - size))
        let negative = ~(Int(truncatingIfNeeded: bits) >> 63)
        return value &- (negative & (1 &<< size &- 1))
    }

    /// Passes over the coefficients from an index on, two entries for every look at the bits.
    @inline(__always)
    private static func pass(
        _ ac: UnsafePointer<UInt16>,
        _ skip: UnsafePointer<UInt16>,
        _ buffer: UnsafePointer<UInt8>,
        _ start: Int,
        from index: Int
    ) -> Int? {
        var (position, index) = (start, index)
        while true {
            var bits = peek(buffer, position)
            var entry = Int(skip[Int(truncatingIfNeeded: bits >> 52)])
            if index &+ entry >> 5 > 63 { return end(ac, buffer, position, index, entry) }
            index &+= entry >> 5
            position &+= entry & 31
            bits &<<= UInt64(truncatingIfNeeded: entry & 31)
            entry = Int(skip[Int(truncatingIfNeeded: bits >> 52)])
            if index &+ entry >> 5 > 63 { return end(ac, buffer, position, index, entry) }
            index &+= entry >> 5
            position &+= entry & 31
        }
    }

    /// Where an entry leads to the block's end or over it, or is unknown.
    @inline(__always)
    private static func end(
        _ ac: UnsafePointer<UInt16>,
        _ buffer: UnsafePointer<UInt8>,
        _ position: Int,
        _ index: Int,
        _ entry: Int
    ) -> Int? {
        let next = index &+ entry >> 5
        if next == 64 || (next >= JPEGSkipTable.endOfBlock && next <= JPEGSkipTable.endOfBlock + 63) {
            return position &+ entry & 31
        }
        return passOneByOne(ac, buffer, position, from: index)
    }

    @inline(never)
    private static func passOneByOne(
        _ ac: UnsafePointer<UInt16>,
        _ buffer: UnsafePointer<UInt8>,
        _ start: Int,
        from index: Int
    ) -> Int? {
        var (position, index) = (start, index)
        while index < 64 {
            let word = JPEGCodeTable.word(ac, peek(buffer, position))
            let (bitCount, run, size) = (word & 31, word >> 9, word >> 5 & 15)
            guard word != 0, size <= valueBitCount else { return nil }
            position += bitCount + size
            if size == 0 && run == 0 { return position }
            guard size > 0 || run == 15 else { return nil }
            index += run + 1
        }
        return index == 64 ? position : nil
    }

    /// Reads as many coefficients as the reduction uses, and makes its pixels.
    private mutating func readMore(
        _ block: JPEGBlock,
        _ buffer: UnsafePointer<UInt8>,
        _ start: Int,
        into place: UnsafeMutablePointer<UInt8>,
        _ stride: Int
    ) -> Int? {
        guard let ac = block.ac, let skip = block.skip else { return nil }
        var (position, index, isEnded) = (start, 1, false)
        for frequency in 0..<64 { coefficients[frequency] = 0 }
        coefficients[0] = Float(mean &* steps[0])
        while index <= reduction.lastCoefficient, !isEnded {
            let bits = Self.peek(buffer, position)
            let word = JPEGCodeTable.word(ac, bits)
            let (bitCount, run, size) = (word & 31, word >> 9, word >> 5 & 15)
            guard word != 0, size <= Self.valueBitCount else { return nil }
            position += bitCount + size
            isEnded = size == 0 && run == 0
            if isEnded { break }
            index += run
            guard index < 64, size > 0 || run == 15 else { return nil }
            let value = Self.value(bits &<< UInt64(truncatingIfNeeded: bitCount), size)
            coefficients[JPEGReduction.order[index]] = Float(value * steps[index])
            index += 1
        }
        reduction.transform(coefficients, into: place, stride)
        return isEnded || index == 64 ? position : Self.pass(ac, skip, buffer, position, from: index)
    }
}
