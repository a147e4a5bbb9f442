internal import COpenSSL

/// MD5 (RFC 1321), for the checks that SQS asks for; it protects nothing against intent.
package enum MD5 {
    private static let byteCount = 16
    /// Found once, as in ``SHA256``. libcrypto shares it safely.
    nonisolated(unsafe) private static let algorithm: OpaquePointer = {
        guard let algorithm = EVP_MD_fetch(nil, "MD5", nil) else { preconditionFailure("libcrypto has no MD5") }
        return algorithm
    }()

    /// The digest of a whole message, 16 bytes.
    package static func digest(_ bytes: [UInt8]) -> [UInt8] { bytes.withUnsafeBytes { digest($0) } }

    /// The digest of a whole message, 16 bytes.
    static func digest(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, count in
            let result = EVP_Digest(bytes.baseAddress, bytes.count, buffer.baseAddress, nil, algorithm, nil)
            precondition(result == 1, "MD5 failed")
            count = byteCount
        }
    }
}
