internal import COpenSSL

/// MD5 (RFC 1321), for the checks that SQS asks for; it protects nothing against intent.
package enum MD5 {
    /// The digest of a whole message, 16 bytes.
    package static func digest(_ bytes: [UInt8]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 16) { buffer, count in
            let result = EVP_Digest(bytes, bytes.count, buffer.baseAddress, nil, EVP_md5(), nil)
            precondition(result == 1, "libcrypto has no MD5")
            count = 16
        }
    }
}
