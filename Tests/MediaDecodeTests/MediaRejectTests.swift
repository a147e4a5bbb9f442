import MediaDecode
import Pipeline
import Testing

@Suite struct MediaRejectTests {
    let workspace: Workspace

    init() throws { workspace = try Workspace() }

    @Test func `an empty file is called empty`() async throws {
        #expect(await rejection(try workspace.write("empty.mp4", [])) == "the file is empty")
    }

    @Test func `text under a video's name is not media`() async throws {
        let lines = (1...400).map { "Line \($0): 00:00:\($0) --> a note on what was said.\n" }.joined()
        let source = try workspace.write("note.mp4", [UInt8](lines.utf8))
        #expect(await rejection(source) == "not a media file that is known here")
    }

    @Test func `subtitles are not media`() async throws {
        let source = try workspace.write("a.srt", [UInt8]("1\n00:00:01,000 --> 00:00:02,000\nHello\n\n".utf8))
        #expect(await rejection(source) == "not a media file that is known here")
    }

    @Test func `a playlist opens nothing`() async throws {
        let other = try workspace.make("a.ts", "-f lavfi -i testsrc2=duration=1 -c:v libx264")
        let playlist = "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n\(workspace.path("a.ts"))\n#EXT-X-ENDLIST\n"
        let source = try workspace.write("a.m3u8", [UInt8](playlist.utf8))
        #expect(await rejection(source) == "not a media file that is known here")
        #expect(other.requestCount == 0)
    }

    @Test func `a megabyte of zeros is not media`() async throws {
        let source = try workspace.write("zeros.mp4", [UInt8](repeating: 0, count: 1 << 20))
        #expect(await rejection(source) == "not a media file that is known here")
    }

    @Test func `an MP4 that lost its index is cut short`() async throws {
        _ = try workspace.make("a.mp4", "-f lavfi -i testsrc2=duration=2 -c:v libx264")
        let bytes = try workspace.bytes("a.mp4")
        let source = try workspace.write("cut.mp4", [UInt8](bytes.prefix(bytes.count / 2)))
        let reason = try #require(await rejection(source))
        #expect(reason.hasPrefix("the file is cut short: "))
        #expect(reason.hasSuffix(" bytes of its mdat box are there"))
    }

    @Test(arguments: [("heic", "HEIC"), ("mif1", "HEIC"), ("avif", "AVIF")])
    func `pictures of a kind that is not read are called by its name`(brand: String, name: String) async throws {
        let kind = [0, 0, 0, 24] + Array("ftyp\(brand)\0\0\0\0mif1miaf".utf8)
        let facts = [0, 0, 0, 20] + Array("meta".utf8) + [UInt8](repeating: 0, count: 12)
        let data = [0, 0, 0, 16] + Array("mdat".utf8) + [UInt8](repeating: 0, count: 8)
        let whole = try workspace.write("a.heic", kind + facts + data)
        #expect(await rejection(whole) == "the file is of the format \(name), which is not supported yet")
        let cut = try workspace.write("b.heic", kind + facts + data.dropLast(4))
        #expect(await rejection(cut) == "the file is cut short: 12 of the 16 bytes of its mdat box are there")
    }

    @Test func `an animated WebP is called so`() async throws {
        let source = try workspace.make(
            "a.webp",
            "-f lavfi -i testsrc2=size=64x48:rate=5:duration=1 -c:v libwebp_anim"
        )
        #expect(await rejection(source) == "the file is of the format animated WebP, which is not supported yet")
    }

    @Test func `a PNG of no size is a picture of 0 x 0 pixels`() async throws {
        let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        let header: [UInt8] = [0, 0, 0, 13] + Array("IHDR".utf8) + [0, 0, 0, 0, 0, 0, 0, 0, 8, 2, 0, 0, 0, 0, 0, 0, 0]
        let end: [UInt8] = [0, 0, 0, 0] + Array("IEND".utf8) + [0xAE, 0x42, 0x60, 0x82]
        let source = try workspace.write("none.png", signature + header + end)
        #expect(await rejection(source) == "a picture of 0 x 0 pixels")
    }

    @Test func `a picture over the limit is refused with the numbers`() async throws {
        let source = try workspace.make("a.png", "-f lavfi -i color=size=320x240 -frames:v 1")
        var limits = MediaLimits()
        limits.pixelCount = 320 * 240 - 1
        let reason = await rejection(source, limits: limits)
        #expect(reason == "a picture of 320 x 240 pixels; at most 76799 pixels are read")
        limits.pixelCount += 1
        #expect(await rejection(source, limits: limits) == nil)
    }

    @Test func `too many streams and too long a time are refused with the numbers`() async throws {
        let tone = "-f lavfi -i sine=duration=3"
        let source = try workspace.make("a.mkv", "\(tone) -map 0 -map 0 -map 0 -c:a flac")
        var limits = MediaLimits()
        limits.streamCount = 2
        #expect(await rejection(source, limits: limits) == "the file has 3 streams; at most 2 are read")
        limits.streamCount = 3
        limits.duration = .seconds(2)
        #expect(await rejection(source, limits: limits) == "it lasts 3 s; at most 2 s are read")
    }
}
