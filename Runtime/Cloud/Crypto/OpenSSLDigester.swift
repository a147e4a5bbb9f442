package import Pipeline

/// SHA-256 by libcrypto.
package struct OpenSSLDigester: Digester {
    package init() {}

    package func digest(_ bytes: [UInt8]) -> Digest { Digest(rawValue: Hexadecimal.encoded(SHA256.digest(bytes))) }

    package func stream() -> any DigestStream { OpenSSLDigestStream() }
}

private final class OpenSSLDigestStream: DigestStream {
    /// Empty once the digest was taken.
    private var digest: SHA256? = SHA256()

    func update(_ bytes: [UInt8]) { digest?.update(bytes) }

    func finish() -> Digest {
        guard let digest = digest.take() else { preconditionFailure("a digest is taken once") }
        return Digest(rawValue: Hexadecimal.encoded(digest.finish()))
    }
}
