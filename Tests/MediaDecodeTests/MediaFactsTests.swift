import Foundation
import MediaDecode
import Pipeline
import Testing

@Suite struct MediaFactsTests {
    static let picture = "-f lavfi -i testsrc2=size=320x240:rate=25:duration=2"
    static let tone = "-f lavfi -i sine=frequency=440:sample_rate=44100:duration=2"
    static let both = "\(picture) \(tone) -pix_fmt yuv420p"

    let workspace: Workspace

    init() throws { workspace = try Workspace() }

    @Test(arguments: [
        ("first.mp4", "\(both) -c:v libx264 -c:a aac -movflags +faststart"),
        ("last.mp4", "\(both) -c:v libx264 -c:a aac"),
        ("a.mov", "\(both) -c:v mpeg4 -c:a aac"),
        ("a.mkv", "\(both) -c:v libx264 -c:a libvorbis"),
        ("a.webm", "\(both) -c:v libvpx -deadline realtime -c:a libopus"),
        ("a.avi", "\(both) -c:v mpeg4 -c:a libmp3lame"),
        ("a.ts", "\(both) -c:v libx264 -c:a aac"),
        ("a.mpg", "\(both) -c:v mpeg2video -c:a mp2"),
        ("a.flv", "\(both) -c:v flv1 -c:a libmp3lame"),
    ])
    func `facts of videos agree with ffprobe`(name: String, arguments: String) async throws {
        let source = try workspace.make(name, arguments)
        let facts = try await MediaReader.open(source).facts
        #expect(facts.mediaKind == .video)
        try expectAgreement(facts, name)
        #expect(facts.videoStream?.rotationDegrees == 0)
    }

    @Test(arguments: [
        ("a.wav", tone), ("a.flac", tone), ("a.mp3", tone), ("a.ogg", "\(tone) -c:a libvorbis"),
        ("a.m4a", tone), ("a.aac", tone), ("a.aiff", tone), ("a.opus", tone),
    ])
    func `facts of sounds agree with ffprobe`(name: String, arguments: String) async throws {
        let source = try workspace.make(name, arguments)
        let facts = try await MediaReader.open(source).facts
        #expect(facts.mediaKind == .audio)
        try expectAgreement(facts, name)
    }

    @Test(arguments: ["a.jpg", "a.png", "a.gif", "a.webp", "a.tiff", "a.bmp"])
    func `facts of pictures agree with ffprobe`(name: String) async throws {
        let source = try workspace.make(name, "-f lavfi -i testsrc2=size=64x48 -frames:v 1")
        let facts = try await MediaReader.open(source).facts
        #expect(facts.mediaKind == .image)
        #expect(facts.durationMilliseconds == nil)
        #expect(facts.streams.count == 1)
        #expect(facts.videoStream?.width == 64)
        #expect(facts.videoStream?.height == 48)
        let probed = try FFprobe(name, in: workspace)
        #expect(facts.videoStream?.codec == probed.streams[0].codec_name)
        #expect(facts.videoStream?.pixelFormat == probed.streams[0].pix_fmt)
    }

    @Test func `high dynamic range is told`() async throws {
        let source = try workspace.make(
            "a.mkv",
            "-f lavfi -i testsrc2=size=64x48:duration=0.2 -pix_fmt yuv420p10le -c:v libx265 -x265-params log-level=none "
                + "-color_trc smpte2084 -color_primaries bt2020 -colorspace bt2020nc"
        )
        let stream = try await MediaReader.open(source).facts.videoStream
        #expect(stream?.colorTransfer == "smpte2084")
        #expect(stream?.pixelFormat == "yuv420p10le")
    }

    @Test func `a moving GIF is a video`() async throws {
        let source = try workspace.make("a.gif", "-f lavfi -i testsrc2=size=64x48:rate=10:duration=1")
        let facts = try await MediaReader.open(source).facts
        #expect(facts.mediaKind == .video)
        #expect(facts.durationMilliseconds == 1000)
    }

    @Test(arguments: [("matroska", "libx264"), ("webm", "libvpx -deadline realtime")])
    func `a recording that does not say how long it is is a video`(format: String, codec: String) async throws {
        // What goes into a pipe can't be closed by writing its length into the header.
        let command = "ffmpeg -nostdin -v error \(Self.picture) -pix_fmt yuv420p -c:v \(codec) -f \(format) pipe:1"
        let bytes = try workspace.run(command.split(separator: " ").map(String.init))
        let facts = try await MediaReader.open(MemorySource(bytes: [UInt8](bytes))).facts
        #expect(facts.durationMilliseconds == nil)
        #expect(facts.mediaKind == .video)
    }

    @Test func `of several sounds the one that is meant for all is heard`() async throws {
        let both = "\(Self.tone) \(Self.tone) -map 0 -map 1 -c:a flac"
        let marked = try workspace.make("a.mkv", "\(both) -disposition:a:0 visual_impaired -disposition:a:1 default")
        #expect(try await MediaReader.open(marked).facts.audioStream?.index == 1)
        let plain = try workspace.make("b.mkv", "\(both) -disposition:a:0 0 -disposition:a:1 0")
        #expect(try await MediaReader.open(plain).facts.audioStream?.index == 0)
    }

    @Test func `rotation, language, title and chapters are told`() async throws {
        let chapters = ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=1500\ntitle=The middle\n"
        _ = try workspace.write("chapters.txt", [UInt8](chapters.utf8))
        _ = try workspace.make("plain.mp4", "\(Self.both) -c:v libx264 -c:a aac")
        let source = try workspace.make(
            "tagged.mp4",
            "-i \(workspace.path("plain.mp4")) -i \(workspace.path("chapters.txt")) -map 0 -map_metadata 1 -c copy "
                + "-metadata title=Holiday -metadata:s:a language=deu -metadata:s:v rotate=270"
        )
        let facts = try await MediaReader.open(source).facts
        #expect(facts.tags["title"] == "Holiday")
        #expect(facts.audioStream?.language == "deu")
        #expect(facts.videoStream?.rotationDegrees == 90)
        #expect(
            facts.chapters == [
                MediaChapter(startMilliseconds: 0, endMilliseconds: 1500, title: "The middle")
            ]
        )
    }

    @Test func `a cover is an attached picture and leaves the file a sound`() async throws {
        _ = try workspace.make("cover.png", "-f lavfi -i testsrc2=size=64x48 -frames:v 1")
        let source = try workspace.make(
            "a.mp3",
            "\(Self.tone) -i \(workspace.path("cover.png")) -map 0 -map 1 -c:v copy -disposition:v attached_pic"
        )
        let facts = try await MediaReader.open(source).facts
        #expect(facts.mediaKind == .audio)
        #expect(facts.streams.map(\.kind) == [.audio, .attachedPicture])
    }

    @Test func `facts survive JSON`() async throws {
        let source = try workspace.make("a.mp4", "\(Self.both) -c:v libx264 -c:a aac")
        let facts = try await MediaReader.open(source).facts
        let again = try JSONDecoder().decode(MediaFacts.self, from: JSONEncoder().encode(facts))
        #expect(again == facts)
    }

    private func expectAgreement(_ facts: MediaFacts, _ name: String) throws {
        let probed = try FFprobe(name, in: workspace)
        #expect(facts.container == probed.format.format_name)
        #expect(facts.streams.count == probed.streams.count)
        for (stream, expected) in zip(facts.streams, probed.streams) {
            #expect(stream.index == expected.index)
            #expect(stream.kind.rawValue == expected.codec_type)
            #expect(stream.codec == expected.codec_name)
            #expect(stream.width == expected.width)
            #expect(stream.height == expected.height)
            #expect(stream.pixelFormat == expected.pix_fmt)
            #expect(stream.sampleRate == expected.sample_rate.flatMap { Int($0) })
            #expect(stream.channelCount == expected.channels)
            if stream.kind == .video {
                #expect(stream.frameRate == 25)
                #expect(expected.avg_frame_rate == "25/1")
            }
        }
        let seconds = try #require(probed.format.duration.flatMap { Double($0) })
        let duration = try #require(facts.durationMilliseconds)
        #expect(abs(Double(duration) - seconds * 1000) <= 1)
        #expect(facts.bitRate == probed.format.bit_rate.flatMap { Int64($0) })
    }
}
