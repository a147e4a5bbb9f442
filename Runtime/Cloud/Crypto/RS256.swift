internal import COpenSSL

/// Signatures by RSA with SHA-256 (RFC 7518, 3.3).
package enum RS256 {
    /// Signs a message.
    ///
    /// - Parameters:
    ///   - message: of any length.
    ///   - privateKey: in PEM, without a passphrase.
    /// - Returns: nil where the key can't be read or is not of RSA.
    package static func signature(of message: [UInt8], privateKey: String) -> [UInt8]? {
        guard let key = key(privateKey) else { return nil }
        defer { EVP_PKEY_free(key) }
        guard EVP_PKEY_is_a(key, "RSA") == 1, let context = EVP_MD_CTX_new() else { return nil }
        defer { EVP_MD_CTX_free(context) }
        var count = 0
        guard EVP_DigestSignInit(context, nil, EVP_sha256(), nil, key) == 1,
            EVP_DigestSign(context, nil, &count, message, message.count) == 1
        else { return nil }
        var signature = [UInt8](repeating: 0, count: count)
        guard EVP_DigestSign(context, &signature, &count, message, message.count) == 1 else { return nil }
        return Array(signature.prefix(count))
    }

    private static func key(_ privateKey: String) -> OpaquePointer? {
        // Given as its passphrase, an empty text keeps libcrypto from asking at the terminal.
        var passphrase: [CChar] = [0]
        return Array(privateKey.utf8).withUnsafeBytes { text in
            guard let memory = BIO_new_mem_buf(text.baseAddress, Int32(text.count)) else { return nil }
            defer { BIO_free(memory) }
            return PEM_read_bio_PrivateKey(memory, nil, nil, &passphrase)
        }
    }
}
