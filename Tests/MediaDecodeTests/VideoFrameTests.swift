import MediaDecode
import Pipeline
import Testing

@Suite struct VideoFrameTests {
    static let picture = "-f lavfi -i testsrc2=size=320x240:rate=25:duration=2 -pix_fmt yuv420p"

    let workspace: Workspace

    init() throws { workspace = try Workspace() }

    @Test(arguments: [
        ("a.mp4", "-c:v libx264"), ("a.mov", "-c:v mpeg4"), ("a.mkv", "-c:v libx264"),
        ("a.webm", "-c:v libvpx -deadline realtime"), ("a.avi", "-c:v mpeg4"), ("a.ts", "-c:v libx264"),
        ("a.mpg", "-c:v mpeg2video"),
    ])
    func `every frame comes, at its time`(name: String, codec: String) async throws {
        let source = try workspace.make(name, "\(Self.picture) \(codec)")
        var starts: [Int64] = []
        let report = try await MediaReader.open(source).frames { frame in
            starts.append(frame.startMilliseconds)
            #expect(frame.luma.width == 160)
            #expect(frame.luma.height == 120)
        }
        #expect(starts.count == 50)
        for (index, start) in starts.enumerated() { #expect(abs(start - Int64(index) * 40) <= 1) }
        #expect(report.damagedPacketCount == 0)
        #expect(!report.wasTruncated)
        #expect(report.endMilliseconds == starts.last)
    }

    @Test(arguments: [("white", 255, [255, 255, 255]), ("black", 0, [0, 0, 0]), ("red", 76, [254, 0, 0])])
    func `colours and brightness use the full range`(color: String, luma: Int, rgb: [Int]) async throws {
        let source = try workspace.make(
            "a.mp4",
            "-f lavfi -i color=\(color):size=64x48:duration=0.2 -pix_fmt yuv420p -c:v libx264"
        )
        _ = try await MediaReader.open(source).frames { frame in
            let image = try frame.rgb()
            for (value, expected) in zip(image.pixels[0..<3], rgb) { #expect(abs(Int(value) - expected) <= 3) }
            #expect(frame.luma.pixels.allSatisfy { abs(Int($0) - luma) <= 1 })
        }
    }

    @Test func `a turned video gives upright frames, as ffmpeg turns them`() async throws {
        _ = try workspace.make("flat.mp4", "\(Self.picture) -c:v libx264")
        let source = try workspace.make(
            "turned.mp4",
            "-i \(workspace.path("flat.mp4")) -c copy -metadata:s:v rotate=90"
        )
        let png = try workspace.make("first.png", "-i \(workspace.path("turned.mp4")) -frames:v 1")
        let expected = try await PictureReader.decode(png).image
        var first: VideoFrame?
        _ = try await MediaReader.open(source).frames { frame in if first == nil { first = frame } }
        let frame = try #require(first)
        let image = try frame.rgb()
        #expect((image.width, image.height) == (240, 320))
        #expect((frame.luma.width, frame.luma.height) == (160, 213))
        #expect(meanDifference(image.pixels, expected.pixels) < 4)
    }

    @Test(
        arguments: [
            ([-1, 0, 0, 1], "hflip"), ([1, 0, 0, -1], "vflip"), ([0, 1, 1, 0], "transpose=cclock_flip"),
            ([0, -1, -1, 0], "transpose=clock_flip"),
        ] as [([Int32], String)]
    )
    func `a mirrored video gives upright frames, as ffmpeg turns them`(matrix: [Int32], filter: String) async throws {
        _ = try workspace.make(
            "flat.mp4",
            "-f lavfi -i testsrc2=size=96x64:rate=25 -frames:v 1 -pix_fmt yuv420p -c:v libx264"
        )
        let flat = try workspace.bytes("flat.mp4")
        let box = try #require(flat.indices.first { flat[$0...].starts(with: Array("tkhd".utf8)) })
        var bytes = flat
        // The first two columns of the track header's matrix (ISO/IEC 14496-12, 8.3.2), in 65,536ths.
        for (place, value) in zip([0, 4, 12, 16], matrix) {
            let number = withUnsafeBytes(of: (value << 16).bigEndian) { [UInt8]($0) }
            bytes.replaceSubrange(box + 44 + place..<box + 48 + place, with: number)
        }
        let png = try workspace.make("first.png", "-i \(workspace.path("flat.mp4")) -vf \(filter) -frames:v 1")
        let expected = try await PictureReader.decode(png).image
        let reader = try await MediaReader.open(MemorySource(bytes: bytes))
        #expect(reader.facts.videoStream?.isMirrored == true)
        var images: [RGBImage] = []
        _ = try await reader.frames { images.append(try $0.rgb()) }
        let image = try #require(images.first)
        #expect((image.width, image.height) == (expected.width, expected.height))
        // Saturated edges differ by how chroma is enlarged; laid down otherwise the picture differs by far more.
        #expect(meanDifference(image.pixels, expected.pixels) < 10)
    }

    @Test func `pixels that are not square are shown in their shape, and analysed as stored`() async throws {
        let source = try workspace.make(
            "a.mp4",
            "-f lavfi -i testsrc2=size=180x144:rate=25 -vf setsar=2 -frames:v 1 -pix_fmt yuv420p -c:v libx264"
        )
        _ = try await MediaReader.open(source).frames { frame in
            #expect((frame.size.width, frame.size.height) == (180, 144))
            #expect((frame.luma.width, frame.luma.height) == (160, 128))
            let (small, whole) = (try frame.yuv(toFit: 120), try frame.rgb())
            #expect((small.width, small.height) == (120, 48))
            #expect((whole.width, whole.height) == (360, 144))
        }
    }

    @Test func `a video that does not say how long it is ends at the limit`() async throws {
        let source = try workspace.make("a.mkv", "\(Self.picture) -c:v libx264 -live 1")
        var limits = MediaLimits()
        limits.duration = .seconds(1)
        let reader = try await MediaReader.open(source, limits: limits)
        #expect(reader.facts.durationMilliseconds == nil)
        let fault = await #expect(throws: Fault.self) { _ = try await reader.frames { _ in } }
        #expect(fault?.verdict == .reject(reason: "its video lasts longer than the 1 s that are read"))
    }

    @Test func `a frame is scaled on demand, and never up`() async throws {
        let source = try workspace.make("a.mp4", "\(Self.picture) -frames:v 1 -c:v libx264")
        _ = try await MediaReader.open(source).frames(FrameOptions(lumaWidth: 4000)) { frame in
            #expect((frame.luma.width, frame.luma.height) == (320, 240))
            let small = try frame.rgb(toFit: 100)
            #expect((small.width, small.height) == (100, 75))
            #expect(try frame.rgb(toFit: 4000).width == 320)
        }
    }

    @Test(arguments: [
        "yuv420p", "yuvj420p", "yuv422p10le", "yuv444p12le", "gray", "gray10le", "bgr0", "yuva420p",
    ])
    func `brightness is the same in every pixel format, at every size`(format: String) async throws {
        let source = try workspace.make(
            "a.mkv",
            "-f lavfi -i testsrc2=size=322x242:rate=25 -frames:v 1 -pix_fmt \(format) -c:v ffv1"
        )
        let plain = try workspace.make(
            "b.mkv",
            "-f lavfi -i testsrc2=size=322x242:rate=25 -frames:v 1 -pix_fmt gray -c:v ffv1"
        )
        var images: [LumaImage] = []
        for file in [source, plain] {
            _ = try await MediaReader.open(file).frames { frame in
                images += [frame.luma, try frame.luma(toFit: 99), try frame.luma(toFit: 5000)]
            }
        }
        try #require(images.count == 6)
        #expect((images[1].width, images[1].height) == (99, 74))
        #expect((images[2].width, images[2].height) == (322, 242))
        for index in 0..<3 {
            let (one, other) = (images[index], images[index + 3])
            #expect((one.width, one.height) == (other.width, other.height))
            #expect(meanDifference(one.pixels, other.pixels) < 2.5)
        }
    }

    @Test(arguments: ["bt709", "smpte170m"])
    func `a frame becomes a JPEG without RGB, upright and in its colours`(colors: String) async throws {
        _ = try workspace.make("flat.mp4", "\(Self.picture) -frames:v 1 -c:v libx264 -colorspace \(colors)")
        let source = try workspace.make(
            "turned.mp4",
            "-i \(workspace.path("flat.mp4")) -c copy -metadata:s:v rotate=90"
        )
        var first: VideoFrame?
        _ = try await MediaReader.open(source).frames { frame in if first == nil { first = frame } }
        let frame = try #require(first)
        let jpeg = try JPEGEncoder.encode(try frame.yuv(toFit: 160), quality: 95)
        let image = try await PictureReader.decode(MemorySource(bytes: jpeg)).image
        // By way of RGB, with the same loss of colour at edges.
        let other = try JPEGEncoder.encode(try frame.rgb(toFit: 160), quality: 95)
        let expected = try await PictureReader.decode(MemorySource(bytes: other)).image
        #expect((image.width, image.height) == (120, 160))
        #expect(meanDifference(image.pixels, expected.pixels) < 4)
    }

    @Test func `a tile stands on its sheet where it was drawn, and is cut off at the edge`() async throws {
        let source = try workspace.make("a.mp4", "\(Self.picture) -frames:v 1 -c:v libx264")
        var sheet = YUVImage(width: 320, height: 240)
        _ = try await MediaReader.open(source).frames { frame in
            let tile = try frame.yuv(toFit: 160)
            sheet.draw(tile, x: 160, y: 60)
            #expect(sheet.luma[60 * 320 + 160..<60 * 320 + 320] == tile.luma[0..<160])
            #expect(sheet.blue[30 * 160 + 80..<30 * 160 + 160] == tile.blue[0..<80])
            #expect(sheet.luma[59 * 320..<60 * 320].allSatisfy { $0 == 0 })
            sheet.draw(tile, x: 300, y: 230)
            #expect(sheet.luma[239 * 320 + 300..<240 * 320] == tile.luma[9 * 160..<9 * 160 + 20])
        }
    }

    @Test func `a second pass gives what the first gave`() async throws {
        let source = try workspace.make("a.mkv", "\(Self.picture) -c:v libx264")
        let reader = try await MediaReader.open(source)
        var passes: [[LumaImage]] = [[], []]
        for pass in 0..<2 { _ = try await reader.frames { passes[pass].append($0.luma) } }
        #expect(passes[0].count == 50)
        #expect(passes[0] == passes[1])
    }

    @Test func `a cut file gives the frames that it has and says that it was cut`() async throws {
        for name in ["a.mp4", "a.mkv"] {
            _ = try workspace.make(
                name,
                "-f lavfi -i testsrc2=rate=25:duration=8 -c:v libx264 -g 25 -movflags +faststart"
            )
            let bytes = try workspace.bytes(name)
            let cut = MemorySource(bytes: [UInt8](bytes.prefix(bytes.count * 6 / 10)))
            var count = 0
            let report = try await MediaReader.open(cut).frames { _ in count += 1 }
            #expect((80...150).contains(count))
            #expect(report.wasTruncated)
        }
    }

    @Test func `damage is passed over and counted`() async throws {
        _ = try workspace.make("a.mp4", "\(Self.picture) -c:v libx264 -g 10 -movflags +faststart")
        var bytes = try workspace.bytes("a.mp4")
        for start in stride(from: bytes.count / 2, to: bytes.count * 3 / 4, by: 500) {
            for index in start..<start + 100 { bytes[index] = 0xFF }
        }
        var count = 0
        let report = try await MediaReader.open(MemorySource(bytes: bytes)).frames { _ in count += 1 }
        #expect((25...50).contains(count))
        #expect(report.damagedPacketCount > 0)
    }

    @Test func `a fault of the store in the middle comes through as itself`() async throws {
        let file = try workspace.make(
            "a.mp4",
            "-f lavfi -i testsrc2=size=640x360:duration=6 -c:v mpeg4 -g 1 -qscale:v 2 -movflags +faststart"
        )
        try #require(file.byteCount > 2 << 20)
        let source = FailingSource(good: file, failsFrom: 1 << 20, fault: .retry("s3.GetObject", after: .seconds(7)))
        let reader = try await MediaReader.open(source)
        var count = 0
        let fault = await #expect(throws: Fault.self) { _ = try await reader.frames { _ in count += 1 } }
        #expect(fault?.operation == "s3.GetObject")
        #expect(count > 0)
    }

    @Test func `an error of the body ends the pass, and another can begin`() async throws {
        struct Enough: Error {}
        let source = try workspace.make("a.mp4", "\(Self.picture) -c:v libx264")
        let reader = try await MediaReader.open(source)
        await #expect(throws: Enough.self) { _ = try await reader.frames { _ in throw Enough() } }
        var count = 0
        _ = try await reader.frames { _ in count += 1 }
        #expect(count == 50)
    }

    @Test func `frames are read once at a time, and sound beside them`() async throws {
        let source = try workspace.make("a.mp4", "\(MediaFactsTests.both) -c:v libx264 -c:a aac")
        let reader = try await MediaReader.open(source)
        var count = 0
        _ = try await reader.frames { _ in
            count += 1
            guard count == 1 else { return }
            await #expect(throws: Fault.self) { _ = try await reader.frames { _ in } }
            let report = try await reader.audio { _ in }
            #expect(abs(report.endMilliseconds - 2000) <= 50)
        }
        #expect(count == 50)
    }

    @Test func `a cancelled task gets no more frames`() async throws {
        let source = try workspace.make("a.mp4", "\(Self.picture) -c:v libx264")
        let reader = try await MediaReader.open(source)
        let task = Task {
            _ = try await reader.frames { _ in withUnsafeCurrentTask { $0?.cancel() } }
        }
        let fault = await #expect(throws: Fault.self) { try await task.value }
        #expect(fault?.underlying is CancellationError)
    }

    @Test func `a sound has no frames`() async throws {
        let source = try workspace.make("a.wav", "-f lavfi -i sine=duration=1")
        let reader = try await MediaReader.open(source)
        let fault = await #expect(throws: Fault.self) { _ = try await reader.frames { _ in } }
        #expect(fault?.verdict == .reject(reason: "the file has no video"))
    }
}

/// How far apart two pictures are, in steps of 0 to 255; infinite where their sizes differ.
func meanDifference(_ one: [UInt8], _ other: [UInt8]) -> Double {
    guard one.count == other.count, !one.isEmpty else { return .infinity }
    let sum = zip(one, other).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
    return Double(sum) / Double(one.count)
}
