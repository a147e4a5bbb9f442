import Foundation
import MediaDecode
import Pipeline
import Testing

@Suite struct JPEGLumaTests {
    let workspace: Workspace

    init() throws { workspace = try Workspace() }

    @Test(arguments: [
        ("yuvj420p", "517x389", 1), ("yuvj422p", "512x384", 1), ("yuvj444p", "515x390", 1), ("gray", "520x385", 1),
        ("yuvj440p", "517x389", 1), ("yuvj420p", "201x150", 2), ("yuvj444p", "100x77", 4), ("yuvj420p", "50x47", 8),
    ])
    func `blocks have the means that libavcodec gives them`(format: String, size: String, side: Int) async throws {
        let bytes = try jpeg(size: size, format: format)
        let shortSide = try #require(size.split(separator: "x").compactMap { Int($0) }.min()) * side / 8
        let luma = try #require(read(bytes, shortSide: shortSide))
        let expected = try await means(bytes, side: side)
        #expect((luma.image.width, luma.image.height) == (expected.width, expected.height))
        let differences = zip(luma.image.pixels, expected.pixels).compactMap { got, mean in
            mean.map { abs(Int(got) - Int($0)) }
        }
        // Half and quarter size leave out the higher frequencies.
        #expect((differences.max() ?? 255) <= (side == 1 || side == 8 ? 2 : 60))
        #expect(Double(differences.reduce(0, +)) / Double(differences.count) < (side == 1 || side == 8 ? 1 : 5))
    }

    @Test func `a progressive file's first scan is enough`() throws {
        let text = progressive.filter { !$0.isWhitespace }
        let bytes = [UInt8](try #require(Data(base64Encoded: text)))
        let luma = try #require(read(bytes))
        #expect((luma.image.width, luma.image.height) == (32, 32))
        for row in 0..<32 {
            for column in 0..<32 {
                let mean = (Double(column) * 8 + 3.5) * 0.5 + (Double(row) * 8 + 3.5) * 0.4
                #expect(abs(Double(luma.image.pixels[row * 32 + column]) - mean) < 4)
            }
        }
        // What follows the first scan is not looked at.
        let scan = try #require(bytes.indices.dropLast().last { bytes[$0] == 0xFF && bytes[$0 + 1] == 0xDA })
        #expect(read(Array(bytes[..<scan]))?.image == luma.image)
    }

    @Test func `EXIF orientation turns what is stored`() throws {
        let upright = try #require(read(try jpeg(size: "512x384", format: "yuvj420p")))
        for orientation in 1...8 {
            // The header alone is changed, so that what is stored is turned.
            let turned = try #require(read(withExif(try jpeg(size: "512x384", format: "yuvj420p"), orientation)))
            let isTall = orientation >= 5
            #expect(turned.image.width == (isTall ? upright.image.height : upright.image.width))
            // Where the stored picture's first corner comes to stand, clockwise from the upper left.
            let corner = [0, 0, 1, 2, 3, 0, 1, 2, 3][orientation]
            #expect(corners(turned.image)[corner] == corners(upright.image)[0])
        }
    }

    @Test func `a cut file is none, whatever is missing`() throws {
        let whole = try jpeg(size: "320x240", format: "yuvj420p")
        #expect(read(whole) != nil)
        for count in stride(from: 0, to: whole.count - 40, by: 37) { #expect(read(Array(whole.prefix(count))) == nil) }
    }

    @Test func `a picture over the limit of pixels is none`() throws {
        let bytes = try jpeg(size: "320x240", format: "yuvj420p")
        var limits = MediaLimits()
        limits.pixelCount = 320 * 240 - 1
        #expect(bytes.withUnsafeBufferPointer { JPEGLuma.read($0, limits: limits) } == nil)
    }

    @Test func `whatever bytes are wrong, nothing traps`() throws {
        let files = [
            try jpeg(size: "96x64", format: "yuvj420p"), try jpeg(size: "160x120", format: "gray"),
            withExif(try jpeg(size: "130x128", format: "yuvj444p"), 6),
        ]
        var random = SeededGenerator(seed: 2026)
        var readCount = 0
        for round in 0..<2000 {
            var bytes = files[round % files.count]
            let header = round % 2 == 0 ? min(bytes.count, 700) : bytes.count
            for _ in 0..<(1 << (round % 6)) {
                bytes[Int.random(in: 0..<header, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            if round % 7 == 0 { bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random)) }
            guard let luma = read(bytes, shortSide: 1 << (round % 9)) else { continue }
            readCount += 1
            #expect(luma.image.pixels.count == luma.image.width * luma.image.height)
        }
        #expect(readCount > 100)
        for count in 0..<200 {
            let bytes = [0xFF, 0xD8] + (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            #expect(read(bytes) == nil)
        }
    }

    @Test(arguments: ["a.png", "a.webp", "a.gif", "a.tiff", "a.bmp", "a.jpg"])
    func `every kind of picture has the same brightness`(name: String) async throws {
        let source = try workspace.make(name, "-f lavfi -i testsrc2=size=640x512 -frames:v 1")
        let expected = LumaImage(try await PictureReader.decode(source, toFit: 80).image)
        let luma = try await PictureLumaReader.read(source)
        #expect(abs(luma.extent.width / luma.extent.height - 1.25) < 0.02)
        let difference = abs(mean(luma.image.pixels) - mean(expected.pixels))
        #expect(difference < 3)
    }

    @Test func `what is no picture is refused`() async throws {
        let source = MemorySource(bytes: Array("hello, this is no picture at all".utf8))
        await #expect(throws: Fault.self) { try await PictureLumaReader.read(source) }
    }

    private func jpeg(size: String, format: String) throws -> [UInt8] {
        _ = try workspace.make(
            "a.jpg",
            "-f lavfi -i testsrc2=size=\(size) -frames:v 1 -pix_fmt \(format) -q:v 3 -huffman default"
        )
        return try workspace.bytes("a.jpg")
    }

    private func read(_ bytes: [UInt8], shortSide: Int = 64) -> PictureLuma? {
        bytes.withUnsafeBufferPointer { JPEGLuma.read($0, shortSide: shortSide) }
    }

    /// The means of squares of `8 / side` pixels, of the brightness that libavcodec decodes.
    ///
    /// nil where the picture covers a square in part: the rest is what the encoder has made of it.
    private func means(
        _ bytes: [UInt8],
        side: Int
    ) async throws -> (width: Int, height: Int, pixels: [Int?]) {
        _ = try workspace.write("b.jpg", bytes)
        let raw = try workspace.run([
            "ffmpeg", "-nostdin", "-v", "error", "-i", workspace.path("b.jpg"), "-vf", "extractplanes=y", "-f",
            "rawvideo", "-pix_fmt", "gray", "-",
        ])
        let image = try await PictureReader.decode(MemorySource(bytes: bytes)).image
        let step = 8 / side
        let (width, height) = ((image.width + step - 1) / step, (image.height + step - 1) / step)
        var pixels: [Int?] = []
        for row in 0..<height {
            for column in 0..<width {
                var (sum, count) = (0, 0)
                for y in (row * step)..<min(row * step + step, image.height) {
                    for x in (column * step)..<min(column * step + step, image.width) {
                        sum += Int(raw[y * image.width + x])
                        count += 1
                    }
                }
                pixels.append(count == step * step ? (sum + count / 2) / count : nil)
            }
        }
        return (width, height, pixels)
    }

    private func corners(_ image: LumaImage) -> [UInt8] {
        let (last, bottom) = (image.width - 1, (image.height - 1) * image.width)
        return [image.pixels[0], image.pixels[last], image.pixels[bottom + last], image.pixels[bottom]]
    }

    private func mean(_ pixels: [UInt8]) -> Double {
        Double(pixels.reduce(0) { $0 + Int($1) }) / Double(max(pixels.count, 1))
    }

    private func withExif(_ jpeg: [UInt8], _ orientation: Int) -> [UInt8] {
        let header: [UInt8] = [0x49, 0x49, 42, 0, 8, 0, 0, 0, 1, 0]
        let tag: [UInt8] = [0x12, 0x01, 3, 0, 1, 0, 0, 0, UInt8(orientation), 0, 0, 0]
        let segment = Array("Exif\0\0".utf8) + header + tag + [0, 0, 0, 0]
        return [0xFF, 0xD8, 0xFF, 0xE1, 0, UInt8(segment.count + 2)] + segment + jpeg.dropFirst(2)
    }
}

/// 256 by 256 pixels whose brightness is `0.5 * x + 0.4 * y`, progressive, 4:2:0.
private let progressive = """
    /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAA0JCgsKCA0LCgsODg0PEyAVExISEyccHhcgLikxMC4pLSwzOko+MzZGNywtQFdBRkxO
    UlNSMj5aYVpQYEpRUk//2wBDAQ4ODhMREyYVFSZPNS01T09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09P
    T09PT09PT0//wgARCAEAAQADASIAAhEBAxEB/8QAFwABAQEBAAAAAAAAAAAAAAAAAQACBv/EABQBAQAAAAAAAAAAAAAAAAAAAAD/
    2gAMAwEAAhADEAAAAeYZFkmRZJktGiZLRomS0aJkmRZJkWSZOaZFkmRZJktGiZLRomS0aJkmRZJkWSZOaZFkmRTRMlo0TJaNEyWh
    FkmRZJkWSZOaZFkmS0aJktGiZLRomSZFkmRZJkWSZOaZFkmS0aJktGiZLRomSZFkmRZJkWSZOaZLRomS0aJktGiZJkWSZFkmRZJk
    WSZOaZLRomS0aJktGiZJkWSZFkmRZJktGiZOaZLRomS0aJktCLJMiyTIskyLJMlo0TJzTJaNEyWjRMkyLJMiyTIskyKaJktGiZOa
    ZLRomS0aJkmRZJkWSZFkmS0aJktGiZOaZLRomSZFkmRZJkWSZFkmS0aJktGiZOaZLRomSZFkmRZJkWSZLRomS0aJktGiZOaZLQiy
    TIskyLJMiyTJaNEyWjRMlo0TJzTJMiyTIskyLJMimiZLRomS0aJktCLJzTJMiyTIskyLJMlo0TJaNEyWjRMkyLJzTJMiyTIskyLJ
    Mlo0TJaNEyWjRMkyLJ//xAAUEAEAAAAAAAAAAAAAAAAAAACg/9oACAEBAAEFAgAf/8QAFBEBAAAAAAAAAAAAAAAAAAAAgP/aAAgB
    AwEBPwEAf//EABQRAQAAAAAAAAAAAAAAAAAAAID/2gAIAQIBAT8BAH//xAAUEAEAAAAAAAAAAAAAAAAAAACg/9oACAEBAAY/AgAf
    /8QAFBABAAAAAAAAAAAAAAAAAAAAoP/aAAgBAQABPyEAH//aAAwDAQACAAMAAAAQ8A8A8oUoUoU8A8A88A8AUoUoUoA8A8A88A8I
    UoUoUsA8A8A88A0oUoUoQ8A8A8A88AUoUoUoA8A8A8A08oUoUoU8A8A8A8AUUoUoUoA8A8A8A8oUUoUoUsA8A8A8AUoUUoUoQ8A8
    A8A8IUoUUoUoA8A8A8A0oUoUUoU8A8A8A8AUoUoUUoA8A8A8A8oUoUoUUsA8A8A8AUoUoUoAQ8A8A8A8IUoUoUsAA8A8A8A0oUoU
    oQ8AA8A8A8AUoUoUoA8A/8QAFBEBAAAAAAAAAAAAAAAAAAAAgP/aAAgBAwEBPxAAf//EABQRAQAAAAAAAAAAAAAAAAAAAID/2gAI
    AQIBAT8QAH//xAAVEAEBAAAAAAAAAAAAAAAAAAABAP/aAAgBAQABPxAIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIII
    IIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIII
    IIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIII
    IIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIII
    IIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIII
    IIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIII
    IIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIII
    IIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIII
    IIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIII
    IIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIII
    IIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIL/2Q==
    """
