import Foundation
import MediaDecode
import Pipeline
import Testing

/// The facts of every format, held to `ffprobe -show_format -show_streams -show_chapters`.
@Suite struct FFprobeAgreementTests {
    private static let picture = "-f lavfi -i testsrc2=size=96x64:rate=25:duration=1"
    private static let tone = "-f lavfi -i sine=frequency=440:sample_rate=48000:duration=1"
    private static let both = "\(picture) \(tone) -pix_fmt yuv420p -c:v libx264"
    private static let still = "-f lavfi -i testsrc2=size=64x48 -frames:v 1"
    private static let x265 =
        "\(picture) -pix_fmt yuv420p10le -c:v libx265 -tag:v hvc1 -color_primaries bt2020 -colorspace bt2020nc"

    static let files: [(String, String)] = [
        ("a.mp4", "\(both) -c:a aac -metadata title=Holiday -metadata artist=Me -metadata date=2024"),
        ("a.mov", "\(both) -c:a pcm_s24le -timecode 01:00:00:00 -metadata location=+52.5200+013.4050/"),
        ("a.mkv", "\(both) -c:a flac -metadata title=Holiday -metadata:s:a language=ger"),
        ("a.webm", "\(picture) \(tone) -c:v libvpx-vp9 -deadline realtime -cpu-used 8 -c:a libopus"),
        ("a.ts", "\(both) -c:a aac -metadata:s:a language=fra"),
        ("a.avi", "\(picture) \(tone) -c:v mpeg4 -c:a libmp3lame -metadata title=Holiday"),
        ("a.wav", "\(tone) -c:a pcm_s24le -metadata title=Tone"),
        ("a.flac", "\(tone) -metadata title=Tone -metadata artist=Me"),
        ("a.mp3", "\(tone) -metadata title=Tone -metadata artist=Me -metadata album=Tones -metadata genre=Test"),
        ("a.ogg", "\(tone) -c:a libvorbis -metadata title=Tone"),
        ("a.m4a", "\(tone) -c:a aac -metadata title=Tone -metadata copyright=Mine"),
        ("a.jpg", still), ("a.png", still), ("a.webp", still), ("a.gif", still), ("a.tiff", still),
        ("moving.gif", "-f lavfi -i testsrc2=size=64x48:rate=10:duration=1"),
        ("vfr.mp4", "\(picture) -vf select='not(eq(mod(n\\,7)\\,3))' -vsync vfr -c:v libx264"),
        ("vfr.mkv", "\(picture) -vf select='not(eq(mod(n\\,7)\\,3))' -vsync vfr -c:v libx264"),
        ("hlg.mp4", "\(x265) -color_trc arib-std-b67 -x265-params log-level=none"),
        (
            "hdr10.mkv",
            "\(x265) -color_trc smpte2084 -x265-params log-level=none:max-cll=1000,400:"
                + "master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,1)"
        ),
        ("interlaced.ts", "\(picture) -c:v mpeg2video -flags +ilme+ildct -field_order tt -top 1"),
        ("interlaced.mp4", "\(picture) -c:v libx264 -flags +ilme+ildct -x264opts tff=1 -pix_fmt yuv420p"),
        ("surround.mp4", "\(tone) -ac 6 -c:a aac"),
        ("surround.flac", "\(tone) -ac 6"),
        ("anamorphic.mp4", "\(both) -c:a aac -aspect 16:9"),
        ("anamorphic.mpg", "\(picture) -c:v mpeg2video -aspect 16:9"),
        (
            "languages.mkv",
            "\(picture) \(tone) \(tone) -map 0 -map 1 -map 2 -c:v libx264 -c:a libopus -metadata:s:a:0 language=eng "
                + "-metadata:s:a:1 language=ger -disposition:a:0 default -disposition:a:1 forced+hearing_impaired"
        ),
        ("ntsc.mp4", "-f lavfi -i testsrc2=size=96x64:rate=30000/1001:duration=1 -c:v libx264 -timecode 00:59:59;20"),
    ]

    let workspace: Workspace

    init() throws { workspace = try Workspace() }

    @Test(arguments: files)
    func `every field agrees with ffprobe`(name: String, arguments: String) async throws {
        try await expectAgreement(try workspace.make(name, arguments), name)
    }

    @Test func `a turned picture and its chapters agree with ffprobe`() async throws {
        let chapters =
            ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=400\ntitle=One\n[CHAPTER]\n"
            + "TIMEBASE=1/1000\nSTART=400\nEND=1000\ntitle=Two\n"
        _ = try workspace.write("chapters.txt", [UInt8](chapters.utf8))
        _ = try workspace.make("plain.mp4", "\(Self.both) -c:a aac")
        let inputs = "-i \(workspace.path("plain.mp4")) -i \(workspace.path("chapters.txt")) -map 0 -map_metadata 1"
        for name in ["turned.mp4", "turned.mov", "chapters.mkv"] {
            let facts = try await expectAgreement(
                try workspace.make(name, "\(inputs) -c copy -metadata:s:v rotate=90"),
                name
            )
            #expect(facts.chapters.map(\.title) == ["One", "Two"])
            #expect(name == "chapters.mkv" || facts.videoStream?.rotationDegrees == 270)
        }
    }

    @discardableResult
    private func expectAgreement(_ source: FileByteSource, _ name: String) async throws -> MediaFacts {
        let facts = try await MediaReader.open(source).facts
        let words = ["-v", "error", "-of", "json", "-show_format", "-show_streams", "-show_chapters"]
        let output = try workspace.run(["ffprobe"] + words + [workspace.path(name)])
        let report = try #require(try JSONSerialization.jsonObject(with: output) as? [String: Any])
        let format = try #require(report["format"] as? [String: Any])
        let streams = try #require(report["streams"] as? [[String: Any]])
        #expect(facts.container == Self.text(format["format_name"]), "\(name) format_name")
        #expect("\(facts.byteCount)" == Self.text(format["size"]), "\(name) size")
        #expect(facts.bitRate.map { "\($0)" } == Self.text(format["bit_rate"]), "\(name) bit_rate")
        #expect(facts.tags == format["tags"] as? [String: String] ?? [:], "\(name) tags")
        if facts.mediaKind != .image {
            expectTime(facts.startMilliseconds, format["start_time"], "\(name) start_time")
            expectTime(facts.durationMilliseconds, format["duration"], "\(name) duration")
        }
        #expect(facts.streams.count == streams.count, "\(name) nb_streams")
        for (ours, theirs) in zip(facts.streams, streams) { compare(ours, theirs, "\(name) stream \(ours.index)") }
        let chapters = report["chapters"] as? [[String: Any]] ?? []
        #expect(facts.chapters.count == chapters.count, "\(name) chapters")
        for (ours, theirs) in zip(facts.chapters, chapters) {
            expectTime(ours.startMilliseconds, theirs["start_time"], "\(name) chapter start_time")
            expectTime(ours.endMilliseconds, theirs["end_time"], "\(name) chapter end_time")
            #expect(ours.title == (theirs["tags"] as? [String: String])?["title"], "\(name) chapter title")
        }
        return facts
    }

    private func compare(_ ours: MediaStream, _ theirs: [String: Any], _ place: String) {
        #expect(ours.index == theirs["index"] as? Int, "\(place) index")
        for field in FFprobeFields.stream {
            let (our, their) = (field.ours(ours), Self.text(theirs[field.name]))
            // A transport stream does not say the rate: it is guessed from what was read.
            let isGuess = field.name == "bit_rate" && place.contains(".ts ")
            let isNear = isGuess && abs((Self.number(our) ?? 0) / (Self.number(their) ?? 1) - 1) < 0.05
            #expect(our == their || isNear, "\(place) \(field.name)")
        }
        for field in FFprobeFields.rates {
            let parts = (Self.text(theirs[field.name]) ?? "0/0").split(separator: "/").compactMap { Double($0) }
            let rate = parts.count == 2 && parts[0] > 0 && parts[1] > 0 ? parts[0] / parts[1] : nil
            if ours.width != nil { #expect(field.ours(ours) == rate, "\(place) \(field.name)") }
        }
        for field in FFprobeFields.times { expectTime(field.ours(ours), theirs[field.name], "\(place) \(field.name)") }
        #expect(ours.tags == theirs["tags"] as? [String: String] ?? [:], "\(place) tags")
        let flags = (theirs["disposition"] as? [String: Int] ?? [:]).filter { $0.value == 1 }.map(\.key).sorted()
        #expect(ours.dispositions?.sorted() == flags, "\(place) disposition")
        let depths = ["bits_per_raw_sample", "bits_per_sample"].compactMap { Self.text(theirs[$0]) }.filter {
            $0 != "0"
        }
        if let depth = depths.first { #expect(ours.bitDepth.map { "\($0)" } == depth, "\(place) bits") }
        let turns = (theirs["side_data_list"] as? [[String: Any]] ?? []).compactMap { $0["rotation"] as? Int }
        #expect((ours.rotationDegrees ?? 0) == ((turns.first.map { -$0 } ?? 0) + 360) % 360, "\(place) rotation")
        let known = Set(
            FFprobeFields.stream.map(\.name) + FFprobeFields.rates.map(\.name) + FFprobeFields.times.map(\.name)
        )
        let missed = Set(theirs.keys).subtracting(known).subtracting(FFprobeFields.compound)
        #expect(missed.subtracting(FFprobeFields.leftOut).isEmpty, "\(place): neither compared nor left out by name")
    }

    /// A millisecond is what rounding makes.
    private func expectTime(_ ours: Int64?, _ theirs: Any?, _ place: String) {
        guard let seconds = Self.text(theirs).flatMap({ Double($0) }) else {
            #expect(ours == nil, "\(place)")
            return
        }
        #expect(ours.map { abs(Double($0) - seconds * 1000) <= 1 } == true, "\(place): \(ours ?? -1), \(seconds)")
    }

    private static func number(_ text: String?) -> Double? { text.flatMap { Double($0) } }

    /// ffprobe's writing of nothing is nil.
    private static func text(_ value: Any?) -> String? {
        let text = value.map { "\($0)" }
        let isNothing = text.map { $0.contains("[") || ["unknown", "0", "-99", "N/A"].contains($0) } ?? true
        return isNothing ? nil : text
    }
}
