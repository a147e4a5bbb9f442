import MediaDecode
import Pipeline
import Testing

/// Pictures whose files do not tell that black is 0 and white 255.
@Suite struct GreyPictureTests {
    /// 32 by 8 pixels, four blocks of one value each: 0, 64, 192 and 255. Every symbol stands for a size of a mean, of 6,
    /// 7 or 8 bits, or for the end of a block.
    private static let jpeg: [UInt8] = {
        let parts: [[UInt8]] = [
            [0xFF, 0xD8],
            [0xFF, 0xDB, 0, 0x43, 0], [UInt8](repeating: 8, count: 64),
            [0xFF, 0xC0, 0, 0x0B, 8, 0, 8, 0, 32, 1, 1, 0x11, 0],
            [0xFF, 0xC4, 0, 0x16, 0, 0, 3], [UInt8](repeating: 0, count: 14), [8, 7, 6],
            [0xFF, 0xC4, 0, 0x14, 0x10, 1], [UInt8](repeating: 0, count: 16),
            [0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 0x3F, 0],
            [0x1F, 0xCC, 0x01, 0x00, 0xBF, 0x7F],
            [0xFF, 0xD9],
        ]
        return parts.flatMap { $0 }
    }()

    @Test func `a grey JPEG keeps its values when it is made smaller`() async throws {
        let image = try await PictureReader.decode(MemorySource(bytes: Self.jpeg), toFit: 16).image
        try #require((image.width, image.height) == (16, 4))
        for (block, value) in [0, 64, 192, 255].enumerated() {
            for column in [4 * block + 1, 4 * block + 2] {
                for color in 0..<3 { #expect(abs(Int(image.pixels[3 * column + color]) - value) <= 1) }
            }
        }
    }

    @Test func `a grey ramp keeps its values when it is made smaller`() async throws {
        let ramp = Array("P5\n256 1\n255\n".utf8) + (0..<256).map { UInt8($0) }
        let image = try await PictureReader.decode(MemorySource(bytes: ramp), toFit: 128).image
        try #require((image.width, image.height) == (128, 1))
        for column in 0..<128 { #expect(abs(Int(image.pixels[3 * column]) - 2 * column) <= 1) }
    }

    @Test func `its fingerprint sees the same values`() async throws {
        let luma = try await PictureLumaReader.read(MemorySource(bytes: Self.jpeg)).image
        try #require(luma.width == 32)
        for (block, value) in [0, 64, 192, 255].enumerated() {
            #expect(abs(Int(luma.pixels[8 * block + 4]) - value) <= 1)
        }
    }
}
