/// How the bytes of an object are sent.
package enum S3PayloadForm: String, Sendable {
    /// As they are, their checksum in a header: they are in memory and can be read twice.
    case whole
    /// Chunked, their checksum behind them.
    case trailer
    /// Chunked, each chunk signed.
    case signedChunks = "signed-chunks"
}
