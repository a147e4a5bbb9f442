import Pipeline
import Testing

@testable import ModelServer

@Suite struct SpeechRecognizerTests {
    static let spoken = "The harbour was quiet this morning. Please call me tomorrow at nine."
    static let expected = "the harbor was quiet this morning please call me tomorrow at nine"

    let recognizer: SpeechRecognizer

    init() throws {
        recognizer = try SpeechRecognizer(folder: Settings.defaultSpeechModel)
    }

    @Test func aSyntheticVoiceIsHeardAlmostWordForWord() throws {
        let segments = try transcribe(speech())
        let words = segments.flatMap(\.words)
        let text = words.map(\.text)
        let expected = Self.expected.split(separator: " ").map(String.init)
        print("heard: \(text.joined(separator: " "))")
        #expect(expected.filter { text.contains($0) }.count >= expected.count - 2)
        #expect(words.allSatisfy { (0...1).contains($0.confidence) && $0.startSeconds < $0.endSeconds })
        for (word, next) in zip(words, words.dropFirst()) { #expect(word.endSeconds <= next.startSeconds + 0.011) }
        let end = try #require(words.last?.endSeconds)
        #expect((3.5...4.4).contains(end))
    }

    @Test func timesCountFromTheFirstSampleThroughSilence() throws {
        let speech = try speech()
        let silence = [Int16](repeating: 0, count: 3 * SpeechRecognizer.sampleRate)
        let alone = try transcribe(speech).flatMap(\.words)
        let later = try transcribe(silence + speech + silence + speech).flatMap(\.words)
        let first = try #require(alone.first { $0.text == "harbor" })
        let places = later.filter { $0.text == "harbor" }.map(\.startSeconds)
        let length = Double(speech.count) / Double(SpeechRecognizer.sampleRate)
        try #require(places.count == 2)
        #expect(abs(places[0] - first.startSeconds - 3) < 0.1)
        #expect(abs(places[1] - first.startSeconds - 6 - length) < 0.1)
    }

    @Test func whatWasHeardBeforeChangesNothing() throws {
        let speech = try speech()
        let first = try transcribe(speech)
        _ = try transcribe(speech.map { $0 / 3 }.reversed())
        #expect(try transcribe(speech) == first)
    }

    @Test func silenceAndNothingHaveNoWords() throws {
        #expect(try transcribe([]).isEmpty)
        #expect(try transcribe([0]).isEmpty)
        #expect(try transcribe([Int16](repeating: 0, count: 32_000)).isEmpty)
        #expect(try transcribe((0..<32_000).map { Int16($0 % 7) }).isEmpty)
    }

    @Test func noPieceIsBegunAfterTheDeadline() throws {
        let samples = try speech()
        #expect(throws: ServingError.expired) {
            try recognizer.transcribe(samples, deadline: .now - .seconds(1))
        }
    }

    @Test func fillersAndMarksOfPronunciationAreTakenAway() {
        #expect(SpeechRecognizer.plain("a(2)") == "a")
        #expect(SpeechRecognizer.plain("don't") == "don't")
        for filler in ["<s>", "</s>", "<sil>", "[NOISE]", "++um++"] { #expect(SpeechRecognizer.plain(filler) == nil) }
    }

    @Test func aModelThatIsNotThereIsNamed() {
        #expect(throws: Fault.self) { try SpeechRecognizer(folder: "/nowhere") }
    }

    private func speech() throws -> [Int16] {
        try WaveFile(Command.speech(Self.spoken)).samples
    }

    private func transcribe(_ samples: [Int16]) throws -> [SpokenSegment] {
        try recognizer.transcribe(samples, deadline: .now + .seconds(120))
    }
}
