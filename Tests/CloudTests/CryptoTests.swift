import Testing

@testable import Cloud

@Suite struct CryptoTests {
    /// FIPS 180-4's own example.
    @Test func sha256OfAbcIsTheStandardsExample() {
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        #expect(Hexadecimal.encoded(SHA256.digest(Array("abc".utf8))) == expected)
    }

    @Test func piecesHaveTheDigestOfTheWhole() {
        var digest = SHA256()
        digest.update(Array("a".utf8))
        digest.update([])
        digest.update(Array("bc".utf8))
        #expect(digest.finish() == SHA256.digest(Array("abc".utf8)))
    }

    /// RFC 4231, test case 2.
    @Test func hmacIsTheStandardsExample() {
        let code = SHA256.authenticationCode(Array("what do ya want for nothing?".utf8), key: Array("Jefe".utf8))
        #expect(Hexadecimal.encoded(code) == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    }

    /// RFC 1321's own example.
    @Test func md5OfAbcIsTheStandardsExample() {
        #expect(Hexadecimal.encoded(MD5.digest(Array("abc".utf8))) == "900150983cd24fb0d6963f7d28e17f72")
    }

    /// The check value that the algorithm's catalogues give, and base64 as S3 writes it.
    @Test func crc32OfTheDigitsIsTheCatalogues() {
        #expect(CRC32.checksum(Array("123456789".utf8)).value == 0xCBF4_3926)
        #expect(CRC32.checksum(Array("hello world".utf8)).base64 == "DUoRhQ==")
        #expect(CRC32().base64 == "AAAAAA==")
    }

    @Test func crc32OfPiecesOfAnyLengthIsThatOfTheWhole() {
        let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 131) }
        let bit = bytes.reduce(UInt32.max) { state, byte in
            (0..<8).reduce(state ^ UInt32(byte)) { value, _ in
                value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1
            }
        }
        for step in [1, 3, 7, 8, 9, 64, 999] {
            var checksum = CRC32()
            for start in stride(from: 0, to: bytes.count, by: step) {
                checksum.update(Array(bytes[start..<min(start + step, bytes.count)]))
            }
            #expect(checksum.value == ~bit, "in pieces of \(step)")
        }
    }

    /// RFC 4231, test case 6: a key longer than a block is digested first.
    @Test func hmacOfALongKeyIsTheStandardsExample() {
        let text = "Test Using Larger Than Block-Size Key - Hash Key First"
        let code = SHA256.authenticationCode(Array(text.utf8), key: [UInt8](repeating: 0xaa, count: 131))
        #expect(Hexadecimal.encoded(code) == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
    }
}
