import Foundation
import Pipeline
import Testing

@Suite struct PictureHashTests {
    private let sample = PictureHash(words: SIMD4(1, 2, 3, 0xFEDC_BA98_7654_3210))

    @Test func `hashes that differ in fewer than sixteen bits share a term`() {
        #expect(sample.terms.count == 16)
        #expect(sample.terms[0] == 0 && sample.terms[3] == 3 << 16 | 1)
        #expect(sample.terms[12] == 12 << 16 | 0xFEDC)
    }

    @Test func `a hash is written as 64 digits, and as 256 bits`() throws {
        let text = "000000000000000100000000000000020000000000000003fedcba9876543210"
        let coded = try JSONEncoder().encode([sample])
        #expect(String(decoding: coded, as: UTF8.self) == "[\"\(text)\"]")
        #expect(try JSONDecoder().decode([PictureHash].self, from: coded) == [sample])
        #expect(PictureHash(bits: sample.bits) == sample)
        #expect(PictureHash(bits: "01") == nil)
    }

    @Test(arguments: ["", "0", String(repeating: "0", count: 63) + "g", String(repeating: "0", count: 65)])
    func `other text is no hash`(text: String) {
        let coded = Data("[\"\(text)\"]".utf8)
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([PictureHash].self, from: coded) }
    }

    @Test func `the distance is the number of bits that differ`() {
        let zero = PictureHash(words: SIMD4(0, 0, 0, 0))
        #expect(zero.distance(to: zero) == 0)
        #expect(zero.distance(to: PictureHash(words: SIMD4(1, 3, 7, .max))) == 70)
        #expect(sample.distance(to: PictureHash(words: SIMD4(5, 2, 2, 0xFEDC_BA98_7654_3210))) == 2)
    }
}
