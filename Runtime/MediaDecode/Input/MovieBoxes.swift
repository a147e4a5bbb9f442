import Pipeline

/// The top-level boxes of an MP4 or QuickTime file (ISO/IEC 14496-12, 4.2), read to tell a cut file from a damaged one.
struct MovieBoxes {
    private static let boxCount = 1000

    private let cache: BlockCache

    init(_ cache: BlockCache) {
        self.cache = cache
    }

    /// Looks for a box that runs over the file's end.
    ///
    /// - Returns: what is missing, in words; nil where every box is whole.
    /// - Throws: what the source throws.
    func missingPart() throws(Fault) -> String? {
        var offset: Int64 = 0
        var hasIndex = false
        for _ in 0..<Self.boxCount {
            guard offset < cache.byteCount else { return hasIndex ? nil : "its index (moov) is missing" }
            let head = try bytes(at: offset, count: 16)
            guard head.count >= 8 else { return "it ends within a box's header" }
            let isPlain = head[4..<8].allSatisfy { (0x20...0x7E).contains($0) }
            let name = isPlain ? String(decoding: head[4..<8], as: UTF8.self) : "unnamed"
            hasIndex = hasIndex || name == "moov"
            var boxByteCount = number(head[0..<4])
            if boxByteCount == 1, head.count == 16 { boxByteCount = number(head[8..<16]) }
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

    private func bytes(at offset: Int64, count: Int) throws(Fault) -> [UInt8] {
        var read: [UInt8] = []
        while read.count < count {
            var part = [UInt8](repeating: 0, count: count - read.count)
            var copied = 0
            var fault: Fault?
            part.withUnsafeMutableBytes { buffer in
                do throws(Fault) { copied = try cache.copy(from: offset + Int64(read.count), to: buffer) } catch {
                    fault = error
                }
            }
            if let fault { throw fault }
            guard copied > 0 else { break }
            read += part.prefix(copied)
        }
        return read
    }

    private func number(_ bytes: ArraySlice<UInt8>) -> Int64 {
        Int64(clamping: bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
    }
}
