import Pipeline

/// Bytes in memory as a byte source.
struct MemorySource: ByteSource {
    let bytes: [UInt8]

    var byteCount: Int64 { Int64(bytes.count) }

    func read(at offset: Int64, count: Int) async throws(Fault) -> [UInt8] {
        let start = min(Int(offset), bytes.count)
        return [UInt8](bytes[start..<min(start + count, bytes.count)])
    }
}
