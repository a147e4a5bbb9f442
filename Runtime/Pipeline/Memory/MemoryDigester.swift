/// A digester without a library: FNV-1a over four offsets. Stable, spread, and not SHA-256.
package struct MemoryDigester: Digester {
    package init() {}

    package func digest(_ bytes: [UInt8]) -> Digest {
        let stream = MemoryDigestStream()
        stream.update(bytes)
        return stream.finish()
    }

    package func stream() -> any DigestStream { MemoryDigestStream() }
}

private final class MemoryDigestStream: DigestStream {
    private var states: [UInt64] = (0..<4).map { 0xcbf2_9ce4_8422_2325 &+ $0 &* 0x9e37_79b9_7f4a_7c15 }

    func update(_ bytes: [UInt8]) {
        for byte in bytes {
            for index in states.indices { states[index] = (states[index] ^ UInt64(byte)) &* 0x100_0000_01b3 }
        }
    }

    func finish() -> Digest {
        let words = states.map { state in
            let digits = String(state, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }
        return Digest(rawValue: words.joined())
    }
}
