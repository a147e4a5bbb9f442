internal import COpenSSL

/// SHA-256 (FIPS 180-4): 32 bytes for bytes of any length.
package struct SHA256: ~Copyable {
    /// A digest's bytes, where an array would be too much.
    typealias Value = SIMD32<UInt8>

    private static let algorithm = DigestAlgorithm("SHA256")
    private static let (byteCount, blockByteCount) = (32, 64)

    private let context: OpaquePointer

    package init() { context = Self.algorithm.makeContext() }

    deinit { EVP_MD_CTX_free(context) }

    /// Takes the next bytes of the message.
    package mutating func update(_ bytes: [UInt8]) {
        precondition(EVP_DigestUpdate(context, bytes, bytes.count) == 1, "SHA-256 failed")
    }

    /// The digest of all bytes taken, 32 bytes.
    package consuming func finish() -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: Self.byteCount) { buffer, count in
            precondition(EVP_DigestFinal_ex(context, buffer.baseAddress, nil) == 1, "SHA-256 failed")
            count = Self.byteCount
        }
    }

    /// The digest of a whole message, 32 bytes.
    package static func digest(_ bytes: [UInt8]) -> [UInt8] { array(value(bytes)) }

    /// The digest of a whole message.
    static func value(_ bytes: [UInt8]) -> Value {
        var value = Value()
        bytes.withUnsafeBytes { bytes in
            withUnsafeMutableBytes(of: &value) { algorithm.digest(bytes, into: $0) }
        }
        return value
    }

    /// HMAC-SHA256 (RFC 2104), 32 bytes.
    package static func authenticationCode(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
        array(message.withUnsafeBytes { authenticationCode($0, key: key) })
    }

    /// HMAC-SHA256 by two digests: libcrypto's own looks its algorithms up each time.
    static func authenticationCode(_ message: UnsafeRawBufferPointer, key: [UInt8]) -> Value {
        let key = key.count > blockByteCount ? digest(key) : key
        var (inner, code) = (Value(), Value())
        var block = SIMD64<UInt8>(repeating: 0)
        for index in key.indices { block[index] = key[index] }
        withUnsafeBytes(of: block ^ SIMD64<UInt8>(repeating: 0x36)) { pad in
            withUnsafeMutableBytes(of: &inner) { algorithm.digest(pad, message, into: $0) }
        }
        withUnsafeBytes(of: block ^ SIMD64<UInt8>(repeating: 0x5c)) { pad in
            withUnsafeBytes(of: inner) { inner in
                withUnsafeMutableBytes(of: &code) { algorithm.digest(pad, inner, into: $0) }
            }
        }
        return code
    }

    private static func array(_ value: Value) -> [UInt8] { withUnsafeBytes(of: value) { Array($0) } }
}
