/// Reads a JPEG's header, byte by byte; behind the end there is nil, never a trap.
struct JPEGBytes {
    let bytes: UnsafeBufferPointer<UInt8>
    private(set) var position: Int
    let end: Int

    /// - Precondition: `start <= end <= bytes.count`.
    init(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int, to end: Int) {
        precondition(start >= 0 && start <= end && end <= bytes.count, "a range of the bytes")
        self.bytes = bytes
        position = start
        self.end = end
    }

    var remainingCount: Int { end - position }

    mutating func byte() -> Int? {
        guard position < end else { return nil }
        defer { position += 1 }
        return Int(bytes[position])
    }

    /// A number of two bytes, the high one first.
    mutating func short() -> Int? {
        guard let high = byte(), let low = byte() else { return nil }
        return high << 8 | low
    }

    /// The next `count` bytes as a reader of their own.
    mutating func part(_ count: Int) -> JPEGBytes? {
        guard count >= 0, count <= remainingCount else { return nil }
        defer { position += count }
        return JPEGBytes(bytes, from: position, to: position + count)
    }

    /// Goes behind the next marker: 0xFF and a byte that is neither 0 nor 0xFF.
    ///
    /// - Returns: the marker's second byte; nil where there is none.
    mutating func marker() -> Int? {
        while let value = byte() {
            guard value == 0xFF else { continue }
            while let code = byte() {
                if code == 0xFF { continue }
                if code == 0 { break }
                return code
            }
        }
        return nil
    }
}
