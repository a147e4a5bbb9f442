import Foundation
import MediaDecode
import Testing

/// What the facts say beyond ffprobe: normalised names, kinds and flags.
@Suite struct NormalizedFactsTests {
    private static let picture = "-f lavfi -i testsrc2=size=96x64:rate=25:duration=1 -pix_fmt yuv420p"
    private static let tone = "-f lavfi -i sine=duration=1"
    private static let x265 =
        "-f lavfi -i testsrc2=size=96x64:duration=0.2 -pix_fmt yuv420p10le -c:v libx265 "
        + "-color_primaries bt2020 -colorspace bt2020nc -x265-params log-level=none"

    let workspace: Workspace

    init() throws { workspace = try Workspace() }

    private func facts(_ name: String, _ arguments: String) async throws -> MediaFacts {
        try await MediaReader.open(try workspace.make(name, arguments)).facts
    }

    @Test(arguments: [
        ("a.mp4", "mp4"), ("a.mov", "mov"), ("a.mkv", "mkv"), ("a.ts", "mpegts"), ("a.avi", "avi"), ("a.wav", "wav"),
        ("a.flac", "flac"), ("a.mp3", "mp3"), ("a.ogg", "ogg"), ("a.m4a", "m4a"), ("a.jpg", "jpeg"), ("a.png", "png"),
        ("a.webp", "webp"), ("a.gif", "gif"), ("a.tiff", "tiff"), ("a.webm", "webm"),
    ])
    func `a format goes by its usual name`(name: String, format: String) async throws {
        let isSound = ["wav", "flac", "mp3", "ogg", "m4a"].contains(format)
        let isStill = ["jpeg", "png", "webp", "gif", "tiff"].contains(format)
        let codec = format == "webm" ? "-c:v libvpx -deadline realtime" : ""
        let input = isSound ? Self.tone : isStill ? "-f lavfi -i testsrc2=size=64x48 -frames:v 1" : Self.picture
        #expect(try await facts(name, "\(input) \(codec)").format == format)
    }

    @Test func `tags of every container come under the same names`() async throws {
        let tags = "-metadata title=Holiday -metadata artist=Me -metadata album=Tones -metadata genre=Folk"
        for name in ["a.mp3", "a.flac", "a.ogg", "a.m4a", "a.mkv", "a.wav"] {
            let metadata = try await facts(name, "\(Self.tone) \(tags)").metadata
            #expect(metadata?.title == "Holiday", "\(name)")
            #expect(metadata?.artist == "Me", "\(name)")
            #expect(metadata?.album == "Tones", "\(name)")
            #expect(metadata?.genre == "Folk", "\(name)")
        }
    }

    @Test func `a place and a time are told of a video`() async throws {
        let tags = "-metadata location=+52.5200-013.4050+034.5/ -metadata creation_time=2024-05-01T10:00:00Z"
        let metadata = try await facts("a.mov", "\(Self.picture) -c:v libx264 \(tags)").metadata
        #expect(metadata?.location == GeoLocation(latitude: 52.52, longitude: -13.405, altitude: 34.5))
        #expect(metadata?.createdAt == "2024-05-01T10:00:00.000000Z")
    }

    @Test(arguments: [
        ("eng", "en"), ("ger", "de"), ("deu", "de"), ("en_us", "en-US"), ("zh-hans-cn", "zh-Hans-CN"), ("gsw", "gsw"),
        ("fre", "fr"), ("und", nil), ("zxx", nil), ("no language", nil), ("", nil),
    ])
    func `languages get their BCP 47 tags, and keep what the file says`(raw: String, tag: String?) async throws {
        let options = raw.isEmpty ? [] : ["-metadata:s:a", "language=\(raw)"]
        _ = try workspace.run(
            ["ffmpeg", "-nostdin", "-v", "error", "-y"] + Self.tone.split(separator: " ").map(String.init)
                + ["-c:a", "flac"] + options + [workspace.path("a.mkv")]
        )
        let stream = try await MediaReader.open(try FileByteSource(workspace.path("a.mkv"))).facts.audioStream
        #expect(stream?.languageTag == tag)
        #expect(stream?.language == (raw.isEmpty || raw == "und" ? nil : raw))
    }

    @Test func `kinds of dynamic range are told apart`() async throws {
        #expect(try await facts("sdr.mp4", "\(Self.picture) -c:v libx264").videoStream?.hdr == .sdr)
        let hlg = try await facts("hlg.mp4", "\(Self.x265) -color_trc arib-std-b67").videoStream
        #expect(hlg?.hdr == .hlg)
        #expect(hlg?.bitDepth == 10)
        let hdr10 = try await facts("hdr10.mp4", "\(Self.x265) -color_trc smpte2084").videoStream
        #expect(hdr10?.hdr == .hdr10)
        #expect(hdr10?.colorPrimaries == "bt2020")
    }

    @Test func `metadata of scenes makes HDR10 to HDR10+`() async throws {
        _ = try workspace.make("a.hevc", "\(Self.x265) -color_trc smpte2084")
        // User data registered by ITU-T T.35: country, provider, its code, application 4 and version 1; one window,
        // a luminance of 1000, no actual peaks, no tone mapping (SMPTE ST 2094-40, annex A).
        var bits = "10110101" + "0000000000111100" + "0000000000000001" + "00000100" + "00000001" + "01"
        bits += String(repeating: "0", count: 27 - 10) + "1111101000" + "0"
        bits += String(repeating: "0", count: 17 * 3 + 17 + 4 + 10) + "0" + "0" + "0"
        while bits.count % 8 != 0 { bits += "0" }
        let payload = stride(from: 0, to: bits.count, by: 8).map { start -> UInt8 in
            let from = bits.index(bits.startIndex, offsetBy: start)
            return UInt8(bits[from..<bits.index(from, offsetBy: 8)], radix: 2) ?? 0
        }
        var escaped: [UInt8] = []
        for byte in [4, UInt8(payload.count)] + payload + [0x80] {
            if byte <= 3, escaped.suffix(2) == [0, 0] { escaped.append(3) }
            escaped.append(byte)
        }
        var bytes = try workspace.bytes("a.hevc")
        // Before the first slice: a NAL unit of type 19 or 20.
        let place = try #require(
            bytes.indices.dropLast(4).first {
                bytes[$0..<$0 + 3] == [0, 0, 1] && [19, 20].contains(bytes[$0 + 3] >> 1 & 0x3F)
            }
        )
        bytes.insert(contentsOf: [0, 0, 1, 39 << 1, 1] + escaped, at: place)
        _ = try workspace.write("b.hevc", bytes)
        let stream = try await facts("b.mp4", "-i \(workspace.path("b.hevc")) -c copy").videoStream
        #expect(stream?.hdr == .hdr10Plus)
    }

    @Test func `Dolby Vision is told with its profile`() async throws {
        _ = try workspace.make("a.mp4", "\(Self.x265) -color_trc arib-std-b67 -tag:v hvc1")
        var bytes = try workspace.bytes("a.mp4")
        // A box of the sample entry that nobody needs gives its place to the configuration: profile 8, level 4.
        let place = try #require(bytes.indices.dropLast(16).first { bytes[$0..<$0 + 4].elementsEqual("btrt".utf8) })
        let configuration: [UInt8] = [1, 0, 8 << 1, 4 << 3 | 0b101, 4 << 4, 0, 0, 0, 0, 0, 0, 0]
        bytes.replaceSubrange(place..<place + 16, with: Array("dvcC".utf8) + configuration)
        let stream = try await MediaReader.open(MemorySource(bytes: bytes)).facts.videoStream
        #expect(stream?.hdr == .dolbyVision)
        #expect(stream?.dolbyVisionProfile == 8)
        #expect(stream?.colorTransfer == "arib-std-b67")
    }

    @Test func `light levels of HDR10 are told, though they stand in the frames alone`() async throws {
        let levels = "-x265-params log-level=none:max-cll=1000,400"
        let stream = try await facts("a.mp4", "\(Self.x265) -color_trc smpte2084 \(levels)").videoStream
        #expect(stream?.maxContentLightLevel == 1000)
        #expect(stream?.maxFrameAverageLightLevel == 400)
        #expect(stream?.hdr == .hdr10)
    }

    @Test func `a varying frame rate is told from a steady one`() async throws {
        let varying = "-vf select='not(eq(mod(n\\,7)\\,3))' -vsync vfr -c:v libx264"
        for name in ["a.mp4", "a.mkv"] {
            #expect(try await facts(name, "\(Self.picture) \(varying)").videoStream?.hasVariableFrameRate == true)
            #expect(try await facts(name, "\(Self.picture) -c:v libx264").videoStream?.hasVariableFrameRate == false)
            let film = "-f lavfi -i testsrc2=size=96x64:rate=24000/1001:duration=2 -c:v libx264"
            #expect(try await facts(name, film).videoStream?.hasVariableFrameRate == false)
        }
    }

    @Test func `a timecode is told, whatever track it stands in`() async throws {
        #expect(
            try await facts("a.mov", "\(Self.picture) -c:v libx264 -timecode 01:00:00:00").timecode == "01:00:00:00"
        )
        let other = try await facts("a.mkv", "\(Self.picture) -c:v libx264 -metadata timecode=02:00:00:00")
        #expect(other.timecode == "02:00:00:00")
    }
}
