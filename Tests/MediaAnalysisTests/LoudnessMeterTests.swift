import MediaDecode
import Testing

@testable import MediaAnalysis

@Suite struct LoudnessMeterTests {
    static let noise = "-f lavfi -i anoisesrc=color=pink:duration=5:sample_rate=48000:amplitude=0.4:seed=3"
    /// Loud and quiet by turns, as music and speech are.
    static let changing =
        "-f lavfi -i aevalsrc=(0.05+0.4*pow(sin(0.6*t)\\,2))*(sin(2*PI*220*t)+0.5*sin(2*PI*3300*t))|"
        + "(0.02+0.3*pow(sin(0.4*t)\\,2))*(sin(2*PI*330*t)+0.4*random(0)):s=44100:d=8"
    /// Six channels of one tone: two of them count for more, one for nothing.
    static let surround =
        "-f lavfi -i aevalsrc=0.1*sin(2*PI*500*t)|0.1*sin(2*PI*600*t)|0.1*sin(2*PI*700*t)|"
        + "0.5*sin(2*PI*60*t)|0.1*sin(2*PI*800*t)|0.1*sin(2*PI*900*t):c=5.1:s=48000:d=2"

    let workspace: SoundWorkspace

    init() throws { workspace = try SoundWorkspace() }

    @Test(arguments: [
        ("tone.wav", "-f lavfi -i sine=frequency=997:sample_rate=48000:duration=2"),
        ("noise.wav", "\(noise) -ac 2"), ("noise.flac", "\(noise) -ar 96000"), ("changing.wav", changing),
        ("changing.mp3", changing), ("changing.m4a", "\(changing) -c:a aac"), ("surround.wav", surround),
        ("surround.ac3", surround), ("low.wav", "\(noise) -ar 22050 -c:a pcm_u8"),
        // A quarter of the sampling rate between two samples: the peak is 3 dB above every sample.
        ("between.wav", "-f lavfi -i aevalsrc=0.5*sin(PI*n/2+PI/4):s=48000:d=2 -af afade=d=0.5 -c:a pcm_f32le"),
    ])
    func `loudness, range and true peak are those of ffmpeg`(_ name: String, _ options: String) async throws {
        let ours = try await loudness(try workspace.make(name, options))
        let theirs = try measure(name)
        #expect(abs((ours.integratedLUFS ?? -70) - theirs.integrated) <= 0.1, "\(ours) \(theirs)")
        #expect(abs((ours.rangeLU ?? 0) - theirs.range) <= 0.35, "\(ours) \(theirs)")
        #expect(abs((ours.truePeakDBTP ?? -99) - theirs.peak) <= 0.2, "\(ours) \(theirs)")
    }

    @Test func `speech is as loud as ffmpeg says`() async throws {
        let text = "Boats leave for the island every morning at nine, and the last one comes back before dark."
        let ours = try await loudness(try workspace.speak("speech.wav", text, voice: "slt"))
        let theirs = try measure("speech.wav")
        #expect(abs((ours.integratedLUFS ?? -70) - theirs.integrated) <= 0.1, "\(ours) \(theirs)")
        #expect(abs((ours.truePeakDBTP ?? -99) - theirs.peak) <= 0.2, "\(ours) \(theirs)")
    }

    @Test func `silence has no loudness and no peak`() async throws {
        let source = try workspace.make("silence.wav", "-f lavfi -i anullsrc=r=48000:cl=stereo -t 4")
        let measured = try await loudness(source)
        #expect(measured.integratedLUFS == nil && measured.rangeLU == nil && measured.truePeakDBTP == nil)
        #expect(measured.silenceShare == 1)
    }

    @Test func `silence is told from sound`() async throws {
        let source = try workspace.make("half.wav", "-f lavfi -i sine=duration=3 -af apad=pad_dur=3")
        let share = try await loudness(source).silenceShare
        #expect(abs(share - 0.5) < 0.05)
    }

    @Test(arguments: [1000, 2000, 3300])
    func `a rate too low for the treble filter has a loudness all the same`(rate: Int) throws {
        let tone = (0..<5 * rate).map { Float(0.1 * Sounds.tone(200, Double($0) / Double(rate))) }
        var meter = LoudnessMeter()
        meter.add(OriginalSound(sampleRate: rate, roles: [.front], planes: [tone]))
        // The mean square is 0.005; at such rates the filter for the bass is 2 dB off.
        let loudness = try #require(meter.loudness.integratedLUFS)
        #expect(abs(loudness + 23.7) < 2.5)
        #expect(meter.loudness.maximumMomentaryLUFS?.isFinite == true)
        #expect(abs((meter.loudness.truePeakDBTP ?? 0) + 20) < 2)
    }

    @Test func `what is no number leaves the rest as loud as it was`() {
        let tone = (0..<96_000).map { 0.1 * Float($0 % 48 < 24 ? 1 : -1) }
        var clean = LoudnessMeter()
        clean.add(OriginalSound(sampleRate: 48_000, roles: [.front], planes: [tone]))
        var damaged = LoudnessMeter()
        var broken = tone
        broken[50] = .nan
        broken[51] = .infinity
        damaged.add(OriginalSound(sampleRate: 48_000, roles: [.front], planes: [broken]))
        let difference = (clean.loudness.integratedLUFS ?? 0) - (damaged.loudness.integratedLUFS ?? 0)
        #expect(abs(difference) < 0.1)
    }

    private func loudness(_ source: SoundFile) async throws -> SoundLoudness {
        var meter = LoudnessMeter()
        _ = try await MediaReader.open(source).audio(keepsOriginal: true) { $0.original.forEach { meter.add($0) } }
        return meter.loudness
    }

    private func measure(_ name: String) throws -> (integrated: Double, range: Double, peak: Double) {
        let command = "ffmpeg -nostdin -hide_banner -nostats -i FILE -filter_complex ebur128=peak=true -f null -"
        let words = command.split(separator: " ").map { $0 == "FILE" ? workspace.path(name) : String($0) }
        let summary = try workspace.run(words, errors: true).components(after: "Summary:")
        func value(_ key: String) -> Double {
            summary.split(separator: "\n").map { $0.split(separator: " ") }.first { $0.first == Substring(key) }
                .flatMap { Double($0[1]) } ?? .nan
        }
        return (value("I:"), value("LRA:"), value("Peak:"))
    }
}

extension String {
    /// What comes behind the last mark: the filter prints one summary for each time that it was made.
    fileprivate func components(after mark: String) -> Substring {
        guard let range = ranges(of: mark).last else { return "" }
        return self[range.upperBound...]
    }
}
