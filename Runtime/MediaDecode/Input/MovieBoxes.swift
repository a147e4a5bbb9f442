import Pipeline

/// The top-level boxes of an MP4 or QuickTime file (ISO/IEC 14496-12, 4.2), read to tell a cut file from a damaged one.
struct MovieBoxes {
    private static let boxCount = 1000
    private static let indexBoxCount = 16

    private let cache: BlockCache

    init(_ cache: BlockCache) {
        self.cache = cache
    }

    /// Looks for a box that runs over the file's end.
    ///
    /// - Parameter needsIndex: false of a picture, which has none.
    /// - Returns: what is missing, in words; nil where every box is whole.
    /// - Throws: what the source throws.
    func missingPart(needsIndex: Bool = true) throws(Fault) -> String? {
        var offset: Int64 = 0
        var hasIndex = !needsIndex
        for _ in 0..<Self.boxCount {
            guard offset < cache.byteCount else { return hasIndex ? nil : "its index (moov) is missing" }
            let head = try cache.bytes(at: offset, count: 16)
            guard head.count >= 8 else { return "it ends within a box's header" }
            let isPlain = head[4..<8].allSatisfy { (0x20...0x7E).contains($0) }
            let name = isPlain ? String(decoding: head[4..<8], as: UTF8.self) : "unnamed"
            hasIndex = hasIndex || name == "moov"
            var boxByteCount = Self.number(head[0..<4])
            if boxByteCount == 1, head.count == 16 { boxByteCount = Self.number(head[8..<16]) }
            if boxByteCount == 0 { boxByteCount = cache.byteCount - offset }
            guard boxByteCount >= 8 else { return nil }
            let left = cache.byteCount - offset
            guard boxByteCount <= left else {
                return "\(left) of the \(boxByteCount) bytes of its \(name) box are there"
            }
            offset += boxByteCount
        }
        return nil
    }

    /// Looks for an index (moov) that begins in a piece of a file.
    ///
    /// - Returns: where it ends, from the piece's first byte on, maybe behind the piece; nil where none begins.
    static func indexEnd(in bytes: [UInt8], from start: Int) -> Int64? {
        var offset = Int64(start)
        for _ in 0..<indexBoxCount {
            guard offset >= 0, offset + 16 <= bytes.count else { return nil }
            let head = bytes[Int(offset)..<Int(offset) + 16]
            var boxByteCount = number(head.prefix(4))
            if boxByteCount == 1 { boxByteCount = number(head.suffix(8)) }
            guard boxByteCount >= 8, boxByteCount < Int64.max / 2 else { return nil }
            offset += boxByteCount
            if head.dropFirst(4).prefix(4).elementsEqual("moov".utf8) { return offset }
        }
        return nil
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> Int64 {
        Int64(clamping: bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
    }
}
