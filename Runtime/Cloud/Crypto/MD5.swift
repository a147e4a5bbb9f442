/// MD5 (RFC 1321), for the checks that SQS asks for; it protects nothing against intent.
package enum MD5 {
    /// A digest's bytes, where an array would be too much.
    typealias Value = SIMD16<UInt8>

    private static let algorithm = DigestAlgorithm("MD5")

    /// The digest of a whole message, 16 bytes.
    package static func digest(_ bytes: [UInt8]) -> [UInt8] {
        withUnsafeBytes(of: bytes.withUnsafeBytes { value($0) }) { Array($0) }
    }

    /// The digest of a whole message.
    static func value(_ bytes: UnsafeRawBufferPointer) -> Value {
        var value = Value()
        withUnsafeMutableBytes(of: &value) { algorithm.digest(bytes, into: $0) }
        return value
    }
}
