import Pipeline

/// Bytes that a parser looks into where it likes; what is outside is nil, whatever the numbers in a file say.
struct ByteWindow {
    let byteCount: Int64
    private let fetch: (Int64, Int) throws(Fault) -> [UInt8]

    init(_ bytes: [UInt8]) {
        byteCount = Int64(bytes.count)
        fetch = { offset, count in Array(bytes[Int(offset)..<Int(offset) + count]) }
    }

    /// - Parameter bytes: must outlive this.
    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        byteCount = Int64(bytes.count)
        fetch = { offset, count in Array(bytes[Int(offset)..<Int(offset) + count]) }
    }

    init(_ cache: BlockCache) {
        byteCount = cache.byteCount
        fetch = { offset, count throws(Fault) in try cache.bytes(at: offset, count: count) }
    }

    /// Looks at `count` bytes from `offset` on.
    ///
    /// - Returns: nil where not all of them are there.
    /// - Throws: what the file's source throws.
    func bytes(_ offset: Int64, _ count: Int) throws(Fault) -> [UInt8]? {
        guard offset >= 0, count >= 0, offset <= byteCount, Int64(count) <= byteCount - offset else { return nil }
        return count == 0 ? [] : try fetch(offset, count)
    }
}
