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
}
