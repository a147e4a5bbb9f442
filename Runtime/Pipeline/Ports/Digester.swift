/// Makes SHA-256 digests.
package protocol Digester: Sendable {
    func digest(_ bytes: [UInt8]) -> Digest
    /// A digest of bytes that come piece by piece.
    func stream() -> any DigestStream
}

/// A digest in the making, of one task.
package protocol DigestStream: AnyObject {
    func update(_ bytes: [UInt8])
    /// The digest of all bytes so far; called once, at the end.
    func finish() -> Digest
}

extension Digester {
    /// The identity of an output: what it was made of and by what, each part with its length before it, so that no two
    /// lists of parts are the same bytes.
    package func identity(_ parts: [String]) -> Digest {
        var bytes: [UInt8] = []
        for part in parts { bytes += Array("\(part.utf8.count):\(part)".utf8) }
        return digest(bytes)
    }
}
