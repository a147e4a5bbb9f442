import Cloud
import Pipeline
import Testing

@Suite struct OpenSSLDigesterTests {
    /// FIPS 180-4's own example.
    @Test func piecesAndWholesHaveOneDigest() {
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        #expect(OpenSSLDigester().digest(Array("abc".utf8)).rawValue == expected)
        let stream = OpenSSLDigester().stream()
        stream.update(Array("a".utf8))
        stream.update(Array("bc".utf8))
        #expect(stream.finish().rawValue == expected)
    }
}
