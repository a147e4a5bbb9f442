/// How a body is covered by its request's signature.
///
/// Source: "Signature calculations for the Authorization header", Amazon S3 API reference.
package enum AWSPayload: Sendable, Equatable {
    /// By its SHA-256.
    case signed
    /// Not at all: over TLS alone, and with a checksum beside it.
    case unsigned
    /// Not at all, with a checksum behind the body: over TLS alone.
    case trailer(name: String, value: String)
    /// Chunk by chunk, each signed on from the one before it.
    case signedChunks
}
