import Pipeline
import Testing

@testable import MediaAnalysis

@Suite struct TextTrackerTests {
    private func line(_ text: String, x: Double = 0.1, y: Double = 0.1, confidence: Double = 0.8) -> TextLine {
        TextLine(text: text, confidence: confidence, box: Box(x: x, y: y, width: 0.4, height: 0.08))
    }

    private func tracks(_ readings: [(lines: [TextLine], start: Int, end: Int)]) -> [TextTrack] {
        var tracker = TextTracker()
        for reading in readings { tracker.add(reading.lines, from: reading.start, to: reading.end) }
        return tracker.finish()
    }

    @Test func aLineOverManyFramesIsOneTrack() {
        let found = tracks([
            ([line("NORTH PIER")], 0, 1000), ([line("NORTH PIER", x: 0.11)], 1000, 2500),
            ([line("NORTH PIER"), line("Ferry at nine", y: 0.8)], 2500, 4000),
        ])
        #expect(found.map(\.line.text) == ["NORTH PIER", "Ferry at nine"])
        #expect(found.map { [$0.startMilliseconds, $0.endMilliseconds] } == [[0, 4000], [2500, 4000]])
    }

    @Test func theReadingThatMostSurenessSpeaksForStays() {
        let found = tracks([
            ([line("N0RTH PIEP", confidence: 0.9)], 0, 1000), ([line("NORTH PIER", confidence: 0.7)], 1000, 2000),
            ([line("North Pier", confidence: 0.6)], 2000, 3000),
        ])
        #expect(found.map(\.line.text) == ["NORTH PIER"])
        #expect(found.first?.line.confidence == 0.7)
        #expect(found.first?.endMilliseconds == 3000)
    }

    @Test func anotherTextInTheSamePlaceIsAnotherTrack() {
        let found = tracks([([line("NORTH PIER")], 0, 1000), ([line("LIGHTHOUSE")], 1000, 2000)])
        #expect(found.map(\.line.text) == ["NORTH PIER", "LIGHTHOUSE"])
    }

    @Test func aShortGapIsBridgedAndALongOneIsNot() {
        let found = tracks([
            ([line("NORTH PIER")], 0, 1000), ([line("NORTH PIER")], 2500, 3000), ([line("NORTH PIER")], 5500, 6000),
        ])
        #expect(found.map { [$0.startMilliseconds, $0.endMilliseconds] } == [[0, 3000], [5500, 6000]])
    }

    @Test func creditsThatRollUpAreOneTrackEach() {
        let found = tracks([
            ([line("Directed by Ann Lee", y: 0.8), line("Music by Bo Ek", y: 0.9)], 0, 500),
            ([line("Directed by Ann Lee", y: 0.5), line("Music by Bo Ek", y: 0.6)], 500, 1000),
        ])
        #expect(found.map(\.line.text) == ["Directed by Ann Lee", "Music by Bo Ek"])
        #expect(found.allSatisfy { $0.endMilliseconds == 1000 })
    }

    @Test func twoEqualLinesOfOneFrameAreTwo() {
        let twice = [line("EXIT 12345", y: 0.1), line("EXIT 12345", y: 0.8)]
        #expect(tracks([(twice, 0, 1000), (twice, 1000, 2000)]).count == 2)
    }

    @Test(arguments: [("", "", 1.0), ("abc", "", 0), ("kitten", "sitting", 1 - 3.0 / 7), ("same", "same", 1)])
    func similarityIsOneLessTheShareOfChangedLetters(left: String, right: String, wanted: Double) {
        #expect(abs(EditDistance.similarity(left, right) - wanted) < 1e-9)
        #expect(abs(EditDistance.similarity(right, left) - wanted) < 1e-9)
    }
}
