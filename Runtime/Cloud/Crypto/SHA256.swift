internal import COpenSSL

/// SHA-256 (FIPS 180-4): 32 bytes for bytes of any length.
package struct SHA256: ~Copyable {
    /// Found once: looking an algorithm up by its name costs as much as a short digest. libcrypto shares it safely.
    nonisolated(unsafe) private static let algorithm: OpaquePointer = {
        guard let algorithm = EVP_MD_fetch(nil, "SHA256", nil) else { preconditionFailure("libcrypto has no SHA-256") }
        return algorithm
    }()
    private static let blockByteCount = 64

    private let context: OpaquePointer

    package init() {
        guard let context = EVP_MD_CTX_new() else { preconditionFailure("no memory for a digest context") }
        precondition(EVP_DigestInit_ex(context, Self.algorithm, nil) == 1, "libcrypto has no SHA-256")
        self.context = context
    }

    deinit { EVP_MD_CTX_free(context) }

    /// Takes the next bytes of the message.
    package mutating func update(_ bytes: [UInt8]) {
        precondition(EVP_DigestUpdate(context, bytes, bytes.count) == 1, "SHA-256 failed")
    }

    /// The digest of all bytes taken, 32 bytes.
    package consuming func finish() -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 32) { buffer, count in
            precondition(EVP_DigestFinal_ex(context, buffer.baseAddress, nil) == 1, "SHA-256 failed")
            count = 32
        }
    }

    /// The digest of a whole message, 32 bytes.
    package static func digest(_ bytes: [UInt8]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 32) { buffer, count in
            let result = EVP_Digest(bytes, bytes.count, buffer.baseAddress, nil, algorithm, nil)
            precondition(result == 1, "SHA-256 failed")
            count = 32
        }
    }

    /// HMAC-SHA256 (RFC 2104), 32 bytes. By two digests: libcrypto's own looks its algorithms up each time.
    package static func authenticationCode(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
        let key = key.count > blockByteCount ? digest(key) : key
        func block(_ pad: UInt8, _ rest: [UInt8]) -> [UInt8] {
            var block = [UInt8](repeating: pad, count: blockByteCount)
            block.reserveCapacity(blockByteCount + rest.count)
            for (index, byte) in key.enumerated() { block[index] ^= byte }
            return block + rest
        }
        return digest(block(0x5c, digest(block(0x36, message))))
    }
}
