import Pipeline
import Testing

@testable import ReadText

@Suite struct TextBlockTests {
    private func line(_ text: String, y: Double, confidence: Double = 0.8) -> TextLine {
        TextLine(text: text, confidence: confidence, box: Box(x: 0.1, y: y, width: 0.5, height: 0.1))
    }

    @Test func linesThatStandTogetherAreOneBlockFromTopToBottom() {
        let blocks = TextBlock.blocks(of: [line("Summer", y: 0.1), line("regatta", y: 0.22), line("below", y: 0.8)])
        #expect(blocks.map { $0.lines.map(\.text) } == [["Summer", "regatta"], ["below"]])
        let moment = blocks[0].moment(from: 1000, to: 2000)
        #expect(moment.text == "Summer\nregatta")
        #expect(abs((moment.box?.height ?? 0) - 0.22) < 1e-9)
    }

    @Test func columnsAreBlocksOfTheirOwn() {
        let left = [line("left one", y: 0.1), line("left two", y: 0.22), line("left three", y: 0.34)]
        let right = [line("right one", y: 0.1), line("right two", y: 0.22)]
        let tall = left + [line("left four", y: 0.46), line("left five", y: 0.58)]
        #expect(TextBlock.blocks(of: tall + right).map(\.lines) == [tall, right])
    }

    @Test func aLetterOrTwoOfGrainIsNoText() {
        #expect(!TextBlock(lines: [line("re |", y: 0)]).isLikelyText)
        #expect(!TextBlock(lines: [line("_", y: 0, confidence: 0.99)]).isLikelyText)
        #expect(TextBlock(lines: [line("UK", y: 0, confidence: 0.95)]).isLikelyText)
        #expect(TextBlock(lines: [line("Exit", y: 0)]).isLikelyText)
    }

    @Test func textThatGoesOnIsOneMoment() async throws {
        var reading = Reading()
        let picture = RGBImage(width: 2, height: 1, pixels: [0, 0, 0, 0, 0, 0])
        try await reading.read(picture, from: 0, to: 1000, by: MemoryModelClient())
        try await reading.read(picture, from: 1000, to: 2500, by: MemoryModelClient())
        try await reading.read(picture, from: 5000, to: 6000, by: MemoryModelClient())
        let moments = reading.finish()
        #expect(moments.map(\.startMilliseconds) == [0, 5000])
        #expect(moments.map(\.endMilliseconds) == [2500, 6000])
        #expect(reading.usage.count == 3)
    }

    @Test func wordsKeepTheirBoxesAndHowSureTheyAre() {
        let box = Box(x: 0.1, y: 0.2, width: 0.1, height: 0.05)
        let word = TextWord(text: "EXIT", confidence: 0.7, box: box)
        let block = TextBlock(lines: [TextLine(text: "EXIT", confidence: 0.7, box: box, words: [word])])
        let moment = block.moment(from: 100, to: 900)
        let wanted = TimedWord(text: "EXIT", startMilliseconds: 100, endMilliseconds: 900, confidence: 0.7, box: box)
        #expect(moment.words == [wanted])
        #expect(block.moment(page: 3).page == 3)
    }
}
