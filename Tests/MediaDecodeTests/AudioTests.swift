import Pipeline
import Testing

@testable import MediaDecode

@Suite struct AudioTests {
    static let tone = "-f lavfi -i sine=frequency=440:sample_rate=44100:duration=3"

    let workspace: Workspace

    init() throws { workspace = try Workspace() }

    @Test(arguments: [
        ("a.wav", "-c:a pcm_s16le", 16), ("a.flac", "-c:a flac", 16), ("a.mp3", "-c:a libmp3lame", 900),
        ("a.ogg", "-c:a libvorbis", 100), ("a.m4a", "-c:a aac", 500), ("a.opus", "-c:a libopus", 400),
        ("a.mkv", "-c:a ac3", 700), ("eight.wav", "-ar 8000 -c:a pcm_u8", 16), ("wide.wav", "-ar 96000 -ac 6", 16),
    ])
    func `three seconds are 48,000 samples of the tone`(name: String, options: String, tolerance: Int) async throws {
        let (chunks, report) = try await sound(workspace.make(name, "\(Self.tone) \(options)"))
        let samples = chunks.flatMap(\.samples)
        #expect(abs(samples.count - 48_000) <= tolerance)
        #expect(chunks.map(\.startMilliseconds).prefix(3) == [0, 1000, 2000])
        #expect(chunks.dropLast().allSatisfy { $0.samples.count == 16_000 })
        #expect(abs(frequency(samples[16_000..<32_000]) - 440) <= 2)
        #expect(!report.wasTruncated)
        #expect(report.damagedPacketCount == 0)
    }

    @Test func `two loud channels become one that is no louder`() async throws {
        let loud = "-f lavfi -i aevalsrc=sin(880*PI*t)|sin(880*PI*t):d=1:c=stereo"
        let (chunks, _) = try await sound(workspace.make("a.wav", "\(loud) -c:a pcm_f32le"))
        let peak = chunks.flatMap(\.samples).reduce(0) { max($0, abs($1)) }
        #expect((0.95...1.05).contains(peak))
    }

    @Test func `channels without places are heard alike`() async throws {
        let channels = [String](repeating: "0.5*sin(880*PI*t)", count: 12).joined(separator: "|")
        let source = try workspace.make("a.wav", "-f lavfi -i aevalsrc=\(channels):d=1")
        let stream = try #require(try await MediaReader.open(source).facts.audioStream)
        #expect(stream.channelCount == 12 && stream.channelLayout == nil)
        let samples = try await sound(source).chunks.flatMap(\.samples)
        try #require(samples.count > 14_000)
        #expect(abs(frequency(samples[2000..<14_000]) - 440) <= 2)
        let peak = samples[2000..<14_000].reduce(0) { max($0, abs($1)) }
        #expect((0.45...0.55).contains(peak))
    }

    @Test func `a gap becomes silence, and what follows keeps its time`() async throws {
        let source = try workspace.make(
            "a.mkv",
            "\(Self.tone) -af aselect='not(between(t,1,1.999))' -c:a pcm_s16le"
        )
        let samples = try await sound(source).chunks.flatMap(\.samples)
        #expect(abs(samples.count - 48_000) <= 1000)
        #expect(loudness(samples[2_000..<15_000]) > 0.05)
        #expect(loudness(samples[18_000..<31_000]) == 0)
        #expect(loudness(samples[34_000..<46_000]) > 0.05)
    }

    @Test func `one wrong time makes no silence, and a long gap does`() async throws {
        let wrong = try workspace.make(
            "a.ts",
            "-f lavfi -i sine=duration=3 -c:a mp2 -bsf:a setts=pts=if(eq(N\\,20)\\,PTS+2400/TB\\,PTS):dts=DTS"
        )
        #expect(abs(try await sound(wrong).chunks.flatMap(\.samples).count - 48_000) <= 1600)
        let gap = try workspace.make("a.mkv", "\(Self.tone) -af asetpts='PTS+gt(T,1)*20/TB' -c:a pcm_s16le")
        let samples = try await sound(gap).chunks.flatMap(\.samples)
        #expect(abs(samples.count - 368_000) <= 1600)
        #expect(loudness(samples[20_000..<330_000]) == 0)
        #expect(loudness(samples[338_000..<366_000]) > 0.05)
    }

    @Test func `sound that begins after the picture begins with silence`() async throws {
        let source = try workspace.make(
            "a.mp4",
            "-f lavfi -i testsrc2=duration=3 -itsoffset 1 -f lavfi -i sine=duration=2 -c:v libx264 -c:a aac"
        )
        let samples = try await sound(source).chunks.flatMap(\.samples)
        #expect(abs(samples.count - 48_000) <= 800)
        #expect(loudness(samples[0..<15_000]) == 0)
        #expect(loudness(samples[17_000..<46_000]) > 0.05)
    }

    @Test func `a cut sound gives the samples that it has and says that it was cut`() async throws {
        _ = try workspace.make("a.wav", "-f lavfi -i sine=sample_rate=16000:duration=6")
        let bytes = try workspace.bytes("a.wav")
        let (chunks, report) = try await sound(MemorySource(bytes: [UInt8](bytes.prefix(bytes.count / 2))))
        #expect(abs(chunks.flatMap(\.samples).count - 48_000) <= 100)
        #expect(report.wasTruncated)
    }

    @Test func `sound that does not say how long it is ends at the limit`() async throws {
        let source = try workspace.make("a.mkv", "\(Self.tone) -c:a flac -live 1")
        var limits = MediaLimits()
        limits.duration = .seconds(1)
        let reader = try await MediaReader.open(source, limits: limits)
        #expect(reader.facts.durationMilliseconds == nil)
        let fault = await #expect(throws: Fault.self) { _ = try await reader.audio { _ in } }
        #expect(fault?.verdict == .reject(reason: "its sound lasts longer than the 1 s that are read"))
    }

    @Test func `a picture has no sound`() async throws {
        let source = try workspace.make("a.png", "-f lavfi -i testsrc2 -frames:v 1")
        let fault = await #expect(throws: Fault.self) { _ = try await sound(source) }
        #expect(fault?.verdict == .reject(reason: "the file has no sound"))
    }

    @Test func `the clock corrects what is off by more than its tolerance, and not what jumps`() {
        #expect(SampleClock.correction(start: nil, position: 5) == .none)
        #expect(SampleClock.correction(start: 16_800, position: 16_000) == .none)
        #expect(SampleClock.correction(start: 16_801, position: 16_000) == .silence(801))
        #expect(SampleClock.correction(start: 15_000, position: 16_000) == .skip(1000))
        #expect(SampleClock.correction(start: 0, position: 160_000) == .none)
        #expect(SampleClock.correction(start: 1 << 40, position: 0) == .none)
    }

    private func sound(_ source: any ByteSource) async throws -> (chunks: [AudioChunk], report: DecodeReport) {
        var chunks: [AudioChunk] = []
        let report = try await MediaReader.open(source).audio { chunks.append($0) }
        return (chunks, report)
    }

    /// Periods a second, by where the samples turn positive.
    private func frequency(_ samples: ArraySlice<Float>) -> Double {
        let crossings = zip(samples, samples.dropFirst()).count { $0 < 0 && $1 >= 0 }
        return Double(crossings) * 16_000 / Double(samples.count)
    }

    /// Root mean square.
    private func loudness(_ samples: ArraySlice<Float>) -> Float {
        (samples.reduce(0) { $0 + $1 * $1 } / Float(samples.count)).squareRoot()
    }
}
