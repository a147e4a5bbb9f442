import MediaDecode
import Pipeline
import Testing

@Suite struct PictureTests {
    let workspace: Workspace

    init() throws { workspace = try Workspace() }

    @Test(arguments: [
        ("a.png", ""), ("a.bmp", ""), ("a.tiff", ""), ("a.gif", ""), ("a.jpg", "-q:v 2"), ("a.webp", "-lossless 1"),
    ])
    func `pictures of every format show the same`(name: String, options: String) async throws {
        let source = try workspace.make(name, "-f lavfi -i testsrc2=size=96x64 -frames:v 1 \(options)")
        let raw = try workspace.make("a.ppm", "-f lavfi -i testsrc2=size=96x64 -frames:v 1")
        let image = try await PictureReader.decode(source).image
        let expected = try await PictureReader.decode(raw).image
        #expect((image.width, image.height) == (96, 64))
        #expect(meanDifference(image.pixels, expected.pixels) < 12)
    }

    @Test func `a JPEG that was encoded here is the same picture, and ffprobe takes it`() async throws {
        let image = gradient(width: 161, height: 119)
        let bytes = try JPEGEncoder.encode(image, quality: 95)
        _ = try workspace.write("a.jpg", bytes)
        let decoded = try await PictureReader.decode(MemorySource(bytes: bytes)).image
        #expect((decoded.width, decoded.height) == (161, 119))
        #expect(meanDifference(decoded.pixels, image.pixels) < 2)
        #expect(try FFprobe("a.jpg", in: workspace).streams[0].codec_name == "mjpeg")
    }

    @Test func `a higher quality makes a larger file`() throws {
        let image = gradient(width: 320, height: 240)
        let counts = try [10, 50, 95].map { try JPEGEncoder.encode(image, quality: $0).count }
        #expect(counts == counts.sorted())
        #expect(counts[0] < counts[2])
    }

    @Test(arguments: [1, 3, 17, 31, 33])
    func `the last column of an odd width has its own colour`(width: Int) async throws {
        let image = RGBImage(width: width, height: 1, pixels: [UInt8](repeating: 200, count: 3 * width))
        for _ in 0..<20 {
            let decoded = try await PictureReader.decode(MemorySource(bytes: JPEGEncoder.encode(image))).image
            #expect(decoded.pixels.allSatisfy { abs(Int($0) - 200) <= 4 })
        }
    }

    @Test(arguments: 1...8)
    func `EXIF orientation makes a picture upright`(orientation: Int) async throws {
        // Red is left at the top, green right of it, blue below red, white below green.
        let upright: [[[UInt8]]] = [[[254, 0, 0], [0, 255, 0]], [[0, 0, 254], [255, 255, 255]]]
        let (red, green, blue, white) = (upright[0][0], upright[0][1], upright[1][0], upright[1][1])
        let stored: [[[UInt8]]] =
            switch orientation {
            case 2: [[green, red], [white, blue]]
            case 3: [[white, blue], [green, red]]
            case 4: [[blue, white], [red, green]]
            case 5: [[red, blue], [green, white]]
            case 6: [[green, white], [red, blue]]
            case 7: [[white, green], [blue, red]]
            case 8: [[blue, red], [white, green]]
            default: upright
            }
        let jpeg = try JPEGEncoder.encode(quadrants(stored), quality: 100)
        let image = try await PictureReader.decode(MemorySource(bytes: withExif(jpeg, orientation))).image
        #expect(meanDifference(image.pixels, quadrants(upright).pixels) < 6)
    }

    @Test func `the orientation in a PNG makes it upright, for people and for fingerprints`() async throws {
        _ = try workspace.make("a.png", "-f lavfi -i testsrc2=size=96x64 -frames:v 1")
        let turned = try workspace.make("b.png", "-i \(workspace.path("a.png")) -vf transpose=clock")
        let bytes = try workspace.bytes("a.png")
        var exif = ExifBuilder()
        exif.entries = [.numbers(0x0112, 3, [6])]
        let block = exif.bytes
        // Behind the header chunk; the checksum is not looked at.
        let chunk = [0, 0, 0, UInt8(block.count)] + Array("eXIf".utf8) + block + [0, 0, 0, 0]
        let source = MemorySource(bytes: bytes.prefix(33) + chunk + bytes.dropFirst(33))
        let (image, expected) = (
            try await PictureReader.decode(source).image, try await PictureReader.decode(turned).image
        )
        #expect((image.width, image.height) == (64, 96))
        #expect(meanDifference(image.pixels, expected.pixels) < 1)
        let luma = try await PictureLumaReader.read(source).image
        #expect((luma.width, luma.height) == (64, 96))
    }

    @Test func `the orientation in a TIFF makes it upright`() async throws {
        let pixels = [255, 0, 0] + [UInt8](repeating: 0, count: MadeTIFF.pixelByteCount - 3)
        let image = try await PictureReader.decode(MemorySource(bytes: MadeTIFF.bytes([pixels], orientation: 6))).image
        #expect((image.width, image.height) == (2, 4))
        let red = image.pixels.firstIndex { $0 > 200 }
        #expect(red == 3)
    }

    @Test func `of a TIFF with several pages the first is shown, and the others are told of`() async throws {
        let pages = ([0, 100, 200] as [UInt8]).map { [UInt8](repeating: $0, count: MadeTIFF.pixelByteCount) }
        let picture = try await PictureReader.decode(MemorySource(bytes: MadeTIFF.bytes(pages)))
        #expect(picture.image.pixels.allSatisfy { $0 == 0 })
        #expect(picture.note == "only the first of the file's 3 pages was read")
        // Smaller copies of the first are no pages.
        let copies = try await PictureReader.decode(MemorySource(bytes: MadeTIFF.bytes(pages, kinds: [0, 1, 1])))
        #expect(copies.note == nil)
    }

    @Test func `a JPEG that is cut off is shown as far as it goes, and said to be cut`() async throws {
        _ = try workspace.make("a.jpg", "-f lavfi -i testsrc2=size=320x240 -frames:v 1 -q:v 3")
        let bytes = try workspace.bytes("a.jpg")
        let whole = try await PictureReader.decode(MemorySource(bytes: bytes))
        #expect(whole.note == nil)
        let cut = try await PictureReader.decode(MemorySource(bytes: Array(bytes.prefix(bytes.count / 2))))
        #expect(cut.note == "the picture is cut short or damaged: some of it could not be decoded")
        let upper = whole.image.pixels.count / 4
        #expect(meanDifference(Array(cut.image.pixels[..<upper]), Array(whole.image.pixels[..<upper])) < 1)
        // Nothing is missing but the last marker.
        #expect(try await PictureReader.decode(MemorySource(bytes: bytes.dropLast(2))).note == nil)
    }

    @Test func `scaling takes the mean and keeps the shape`() throws {
        let pixels = (0..<64 * 32).flatMap { ($0 % 2 == 0) ? [UInt8]([255, 255, 255]) : [0, 0, 0] }
        let scaled = try RGBImage(width: 64, height: 32, pixels: pixels).scaled(toFit: 16)
        #expect((scaled.width, scaled.height) == (16, 8))
        #expect(scaled.pixels.allSatisfy { abs(Int($0) - 127) <= 3 })
    }

    @Test func `a large picture can be read small`() async throws {
        let source = try workspace.make("a.png", "-f lavfi -i testsrc2=size=800x400 -frames:v 1")
        let image = try await PictureReader.decode(source, toFit: 200).image
        #expect((image.width, image.height) == (200, 100))
    }

    @Test func `the cover of a sound is its picture`() async throws {
        _ = try workspace.make("cover.png", "-f lavfi -i color=red:size=64x48 -frames:v 1")
        let source = try workspace.make(
            "a.mp3",
            "-f lavfi -i sine=duration=1 -i \(workspace.path("cover.png")) -map 0 -map 1 -c:v copy "
                + "-disposition:v attached_pic"
        )
        let image = try await MediaReader.open(source).picture().image
        #expect((image.width, image.height) == (64, 48))
    }

    private func gradient(width: Int, height: Int) -> RGBImage {
        var pixels: [UInt8] = []
        for y in 0..<height {
            for x in 0..<width { pixels += [UInt8(x * 255 / width), UInt8(y * 255 / height), 128] }
        }
        return RGBImage(width: width, height: height, pixels: pixels)
    }

    /// A picture of 2 by 2 fields, 32 by 32 pixels each.
    private func quadrants(_ fields: [[[UInt8]]]) -> RGBImage {
        var pixels: [UInt8] = []
        for y in 0..<64 { for x in 0..<64 { pixels += fields[y / 32][x / 32] } }
        return RGBImage(width: 64, height: 64, pixels: pixels)
    }

    /// Puts an EXIF segment with one tag behind the start of a JPEG.
    private func withExif(_ jpeg: [UInt8], _ orientation: Int) -> [UInt8] {
        let header: [UInt8] = [0x4D, 0x4D, 0, 42, 0, 0, 0, 8, 0, 1]
        let tag: [UInt8] = [0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, UInt8(orientation), 0, 0]
        let segment = Array("Exif\0\0".utf8) + header + tag + [0, 0, 0, 0]
        return [0xFF, 0xD8, 0xFF, 0xE1, 0, UInt8(segment.count + 2)] + segment + jpeg.dropFirst(2)
    }
}
