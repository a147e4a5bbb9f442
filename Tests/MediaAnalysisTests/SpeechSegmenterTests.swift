import Pipeline
import Testing

@testable import MediaAnalysis

@Suite struct SpeechSegmenterTests {
    private func segments(_ samples: [Float]) -> [SpeechSegment] {
        var segmenter = SpeechSegmenter()
        var segments: [SpeechSegment] = []
        for start in stride(from: 0, to: samples.count, by: 16_000) {
            segments += segmenter.add(Array(samples[start..<min(start + 16_000, samples.count)]))
        }
        if let last = segmenter.finish() { segments.append(last) }
        return segments
    }

    private func voice(_ milliseconds: Int) -> [Float] { Sounds.voice(milliseconds) }
    private func silence(_ milliseconds: Int) -> [Float] { Sounds.silence(milliseconds) }

    @Test func silenceIsNeverHeardByAModel() {
        #expect(segments(silence(5000)).isEmpty)
    }

    @Test func aPauseCutsAndTimesAreThoseOfTheSound() {
        let found = segments(silence(1000) + voice(2000) + silence(1000) + voice(1500) + silence(1000))
        #expect(found.count == 2)
        #expect(found.first?.startMilliseconds == 800)
        #expect(found.last?.startMilliseconds == 3800)
        #expect(found.first.map { $0.samples.count / 16 } == 2400)
    }

    @Test func aShortPauseDoesNotCut() {
        #expect(segments(voice(1000) + silence(300) + voice(1000)).count == 1)
    }

    @Test func speechWithoutAPauseIsCutEveryThirtySecondsAndItsRestIsSpeechToo() {
        let found = segments(voice(30_000) + Sounds.make(0.3) { 0.3 * Sounds.tone(300, $0) })
        #expect(found.count == 2)
        #expect(found.allSatisfy { $0.samples.count <= 30 * 16_000 })
        #expect(found.last?.startMilliseconds == 30_000)
    }

    @Test func aClickIsNoSpeech() {
        #expect(segments(silence(1000) + voice(40) + silence(1000)).isEmpty)
    }

    @Test func `a damaged sample does no harm`() {
        #expect(segments(silence(500) + [.nan, .infinity] + silence(500)).isEmpty)
    }

    @Test(arguments: Unspoken.allCases)
    func `what is no speech is not heard`(_ sound: Unspoken) {
        #expect(segments(Sounds.silence(500) + sound.samples + Sounds.silence(500)).isEmpty)
    }
}
