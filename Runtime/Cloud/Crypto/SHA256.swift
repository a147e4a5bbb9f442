internal import COpenSSL

/// SHA-256 (FIPS 180-4): 32 bytes for bytes of any length.
package struct SHA256: ~Copyable {
    private let context: OpaquePointer

    package init() {
        guard let context = EVP_MD_CTX_new() else { preconditionFailure("no memory for a digest context") }
        precondition(EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1, "libcrypto has no SHA-256")
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
        var digest = SHA256()
        digest.update(bytes)
        return digest.finish()
    }

    /// HMAC-SHA256 (RFC 2104), 32 bytes.
    package static func authenticationCode(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 32) { buffer, count in
            let result = HMAC(
                EVP_sha256(),
                key,
                Int32(key.count),
                message,
                message.count,
                buffer.baseAddress,
                nil
            )
            precondition(result != nil, "HMAC-SHA256 failed")
            count = 32
        }
    }
}
