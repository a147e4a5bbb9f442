/// Bytes in memory, read in ranges.
package struct MemoryBytes: ByteSource {
    private let bytes: [UInt8]
    package var byteCount: Int64 { Int64(bytes.count) }

    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    package func read(at offset: Int64, count: Int) -> [UInt8] {
        let start = Int(min(max(offset, 0), byteCount))
        return Array(bytes[start..<min(start + max(count, 0), bytes.count)])
    }
}
