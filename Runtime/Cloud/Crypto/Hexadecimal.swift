/// Bytes as lower-case hexadecimal, two digits each.
package enum Hexadecimal {
    package static func encoded(_ bytes: [UInt8]) -> String { bytes.withUnsafeBytes { encoded($0) } }

    static func encoded<Bytes: SIMD>(_ bytes: Bytes) -> String where Bytes.Scalar == UInt8 {
        withUnsafeBytes(of: bytes) { encoded($0) }
    }

    private static func encoded(_ bytes: UnsafeRawBufferPointer) -> String {
        String(unsafeUninitializedCapacity: bytes.count * 2) { buffer in
            for (index, byte) in bytes.enumerated() {
                buffer[2 * index] = digit(byte >> 4)
                buffer[2 * index + 1] = digit(byte & 15)
            }
            return bytes.count * 2
        }
    }

    /// Appends the digits to a text that is being put together.
    static func append<Bytes: SIMD>(_ bytes: Bytes, to text: inout [UInt8]) where Bytes.Scalar == UInt8 {
        text.append(contentsOf: encoded(bytes).utf8)
    }

    /// Reads digits in either case.
    ///
    /// - Returns: nil where there are not as many as `Bytes` has, or others.
    static func decoded<Bytes: SIMD>(
        _ digits: UnsafeBufferPointer<UInt8>,
        as type: Bytes.Type = Bytes.self
    ) -> Bytes? where Bytes.Scalar == UInt8 {
        var bytes = Bytes()
        guard digits.count == bytes.scalarCount * 2 else { return nil }
        for index in bytes.indices {
            guard let high = value(digits[2 * index]), let low = value(digits[2 * index + 1]) else { return nil }
            bytes[index] = high << 4 | low
        }
        return bytes
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") - 10 + value
    }
}
