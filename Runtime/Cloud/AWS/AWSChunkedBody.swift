/// Bodies in S3's chunked coding, `aws-chunked`.
///
/// Source: "Signature calculations for the Authorization header: Transferring payload in multiple chunks", Amazon S3
/// API reference.
package enum AWSChunkedBody {
    /// S3 takes 8 KiB and more; this is the documentation's.
    private static let chunkByteCount = 64 << 10
    private static let emptyDigest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    private static let lineFeed: [UInt8] = [13, 10]

    /// Chunks without signatures, and a field behind them.
    static func unsigned(_ body: [UInt8], trailer: (name: String, value: String)) -> [UInt8] {
        var coded: [UInt8] = []
        coded.reserveCapacity(body.count + 256)
        // Nothing is gained by more than one: the length is known.
        if !body.isEmpty { append(body[...], "", to: &coded) }
        coded += Array("0\r\n\(trailer.name):\(trailer.value)\r\n\r\n".utf8)
        return coded
    }

    /// Chunks, each with a signature that goes on from the one before it; the first from the request's own.
    package static func signed(_ body: [UInt8], by signer: SignatureV4, seed: String) -> [UInt8] {
        var coded: [UInt8] = []
        coded.reserveCapacity(body.count + (body.count / chunkByteCount + 2) * 96)
        let key = signer.signingKey
        var before = seed
        var start = 0
        while true {
            let chunk = body[start..<min(start + chunkByteCount, body.count)]
            let text =
                "\(signer.scope.scheme.algorithm)-PAYLOAD\n\(signer.timestamp)\n\(signer.scope.text)\n\(before)\n"
                + "\(emptyDigest)\n\(Hexadecimal.encoded(SHA256.digest(Array(chunk))))"
            before = key.signature(of: Array(text.utf8))
            append(chunk, ";chunk-signature=\(before)", to: &coded)
            // The last one is empty.
            guard !chunk.isEmpty else { return coded }
            start += chunk.count
        }
    }

    private static func append(_ chunk: ArraySlice<UInt8>, _ suffix: String, to coded: inout [UInt8]) {
        coded += Array("\(String(chunk.count, radix: 16))\(suffix)\r\n".utf8)
        coded += chunk
        coded += lineFeed
    }
}
