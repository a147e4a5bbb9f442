/// Integers in network byte order.
enum BigEndian {
    static func bytes(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.bigEndian) { Array($0) }
    }

    /// - Returns: nil where the count of bytes is not the type's.
    static func integer<T: FixedWidthInteger>(_ bytes: some Collection<UInt8>, as type: T.Type = T.self) -> T? {
        guard bytes.count == T.bitWidth / 8 else { return nil }
        return bytes.reduce(0) { $0 << 8 | T(truncatingIfNeeded: $1) }
    }
}
