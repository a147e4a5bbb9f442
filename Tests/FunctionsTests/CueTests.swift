import Pipeline
import Testing

@testable import Transcribe

@Suite struct CueTests {
    private func word(_ text: String, _ start: Int, _ end: Int) -> TimedWord {
        TimedWord(text: text, startMilliseconds: start, endMilliseconds: end)
    }

    @Test func aPauseEndsACue() {
        let cues = Cue.cues(of: [word("boats", 0, 300), word("leave", 350, 600), word("now", 1200, 1500)])
        #expect(cues.map(\.moment.text) == ["boats leave", "now"])
        #expect(cues.map(\.moment.startMilliseconds) == [0, 1200])
    }

    @Test func aCueHasAtMostTwentyWords() {
        let words = (0..<45).map { word("w", $0 * 100, $0 * 100 + 100) }
        #expect(Cue.cues(of: words).map(\.words.count) == [20, 20, 5])
    }
}
