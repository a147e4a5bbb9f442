import Pipeline
import Testing

@testable import MediaAnalysis

@Suite struct SpeechSegmenterTests {
    private func tone(_ milliseconds: Int) -> [Float] {
        (0..<milliseconds * 16).map { $0 / 20 % 2 == 0 ? 0.2 : -0.2 }
    }

    private func silence(_ milliseconds: Int) -> [Float] { [Float](repeating: 0, count: milliseconds * 16) }

    private func segments(_ samples: [Float]) -> [SpeechSegment] {
        var segmenter = SpeechSegmenter()
        var segments: [SpeechSegment] = []
        for start in stride(from: 0, to: samples.count, by: 16_000) {
            segments += segmenter.add(Array(samples[start..<min(start + 16_000, samples.count)]))
        }
        if let last = segmenter.finish() { segments.append(last) }
        return segments
    }

    @Test func silenceIsNeverHeardByAModel() {
        #expect(segments(silence(5000)).isEmpty)
    }

    @Test func aPauseCutsAndTimesAreThoseOfTheSound() {
        let found = segments(silence(1000) + tone(2000) + silence(1000) + tone(1500) + silence(1000))
        #expect(found.count == 2)
        #expect(found.first?.startMilliseconds == 800)
        #expect(found.last?.startMilliseconds == 3800)
        #expect(found.first.map { $0.samples.count / 16 } == 2400)
    }

    @Test func aShortPauseDoesNotCut() {
        #expect(segments(tone(1000) + silence(300) + tone(1000)).count == 1)
    }

    @Test func speechWithoutAPauseIsCutEveryThirtySeconds() {
        let found = segments(tone(70_000))
        #expect(found.count == 3)
        #expect(found.allSatisfy { $0.samples.count <= 30 * 16_000 })
    }

    @Test func aClickIsNoSpeech() {
        #expect(segments(silence(1000) + tone(40) + silence(1000)).isEmpty)
    }
}
