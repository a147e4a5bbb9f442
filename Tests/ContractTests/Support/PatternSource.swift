import Pipeline

/// Bytes of any length that cost no memory: each is its offset's lowest 8 bits.
struct PatternSource: ByteSource {
    private static let period = (0...255).map { UInt8($0) }
    private static let block = Array(repeatElement(period, count: 4096).joined())

    let byteCount: Int64

    func read(at offset: Int64, count: Int) -> [UInt8] {
        let end = min(offset + Int64(count), byteCount)
        var bytes: [UInt8] = []
        while offset + Int64(bytes.count) < end {
            let start = Int(offset + Int64(bytes.count)) % Self.period.count
            let rest = Int(end - offset) - bytes.count
            bytes += Self.block[start..<min(start + rest, Self.block.count)]
        }
        return bytes
    }
}
