internal import Pipeline

/// Bytes in memory as a source.
struct ArrayByteSource: ByteSource {
    let bytes: [UInt8]

    var byteCount: Int64 { Int64(bytes.count) }

    func read(at offset: Int64, count: Int) -> [UInt8] {
        let start = Int(min(max(offset, 0), byteCount))
        return Array(bytes[start..<min(start + max(count, 0), bytes.count)])
    }
}
