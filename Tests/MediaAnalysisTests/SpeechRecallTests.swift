import Foundation
import MediaDecode
import Testing

@testable import MediaAnalysis

@Suite struct SpeechRecallTests {
    private static let text = "Boats leave for the island every morning at nine."
    /// Recordings of people that come with the recognizer's tests, where they are installed.
    private static let recordings: [String] = {
        let folder = "/usr/share/pocketsphinx/test/data"
        return ["cards", "librivox"].flatMap { name in
            ((try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(name)")) ?? [])
                .filter { $0.hasSuffix(".wav") }.sorted().prefix(3).map { "\(folder)/\(name)/\($0)" }
        }
    }()

    enum Background: CaseIterable {
        case none, white, pink, hum
    }

    @Test(arguments: ["kal16", "slt"], Background.allCases)
    func `a voice is heard, clean and at 10 dB over a background`(_ voice: String, _ under: Background) async throws {
        let speech = try await samples(SoundWorkspace().speak("a.wav", Self.text, voice: voice))
        #expect(recall(speech, under) >= 0.98)
    }

    /// A flat voice, of which few glides are long enough to be followed.
    @Test func `a sentence that is spoken without expression is heard`() async throws {
        let text = "The teacher sent a letter to the president."
        let speech = try await samples(SoundWorkspace().speak("a.wav", text, voice: "kal16"))
        #expect(recall(speech, .none) >= 0.98)
    }

    @Test(.enabled(if: !recordings.isEmpty), arguments: Background.allCases)
    func `people are heard, clean and at 10 dB over a background`(_ under: Background) async throws {
        for path in Self.recordings {
            let speech = try await samples(SoundFile(path))
            #expect(recall(speech, under) >= 0.98, "\(path)")
        }
    }

    private func samples(_ source: SoundFile) async throws -> [Float] {
        var samples: [Float] = []
        _ = try await MediaReader.open(source).audio { samples += $0.samples }
        return samples
    }

    /// Of the 20 ms frames with speech in them, the share that lies in a segment.
    private func recall(_ speech: [Float], _ under: Background) -> Double {
        let clean = Sounds.silence(1000) + speech + Sounds.silence(1000)
        let heard = mixed(clean, under)
        var segmenter = SpeechSegmenter()
        var covered = [Bool](repeating: false, count: clean.count)
        for segment in segmenter.add(heard) + [segmenter.finish()].compactMap(\.self) {
            let start = segment.startMilliseconds * 16
            for index in start..<min(start + segment.samples.count, covered.count) { covered[index] = true }
        }
        var frames: [(energy: Float, isCovered: Bool)] = []
        for start in stride(from: 0, to: clean.count - 320, by: 320) {
            frames.append((power(Array(clean[start..<start + 320])), covered[start + 160]))
        }
        // 30 dB under the loudest frame nobody hears a vowel; under a background, 20 dB.
        let threshold = (frames.map { $0.energy }.max() ?? 0) / (under == .none ? 1000 : 100)
        let spoken = frames.filter { $0.energy > threshold }
        return Double(spoken.count { $0.isCovered }) / Double(max(spoken.count, 1))
    }

    private func mixed(_ clean: [Float], _ under: Background) -> [Float] {
        let seconds = Double(clean.count) / 16_000
        let background: [Float]
        switch under {
        case .none: return clean
        case .white: background = Sounds.noise(seconds)
        case .pink: background = Sounds.noise(seconds, dark: 0.9)
        case .hum:
            background = Sounds.make(seconds, Unspoken.hum)
        }
        let loud = clean.filter { abs($0) > 0.02 }
        let ratio = power(loud) / power(background) / 10
        return zip(clean, background).map { $0 + $1 * ratio.squareRoot() }
    }

    private func power(_ samples: [Float]) -> Float {
        samples.reduce(0) { $0 + $1 * $1 } / Float(max(samples.count, 1))
    }
}
