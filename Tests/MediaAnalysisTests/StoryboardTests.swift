import MediaDecode
import Pipeline
import Testing

@testable import MediaAnalysis

@Suite struct StoryboardTests {
    private func sheets(durationMilliseconds: Int?, step: Int) throws -> [StoryboardSheet] {
        var storyboard = Storyboard(durationMilliseconds: durationMilliseconds)
        var sheets: [StoryboardSheet] = []
        for time in stride(from: 0, to: durationMilliseconds ?? 20_000_000, by: step) {
            let sheet = try storyboard.add(at: time) { () throws(Fault) in YUVImage(width: 160, height: 90) }
            if let sheet { sheets.append(sheet) }
        }
        if let last = storyboard.finish() { sheets.append(last) }
        return sheets
    }

    @Test func `a short video has a tile a second on one sheet, row by row`() throws {
        let sheets = try sheets(durationMilliseconds: 12_000, step: 40)
        #expect(sheets.count == 1)
        #expect(sheets[0].tiles.map(\.startMilliseconds) == (0..<12).map { $0 * 1000 })
        #expect(sheets[0].tiles[11] == StoryboardSheet.Tile(startMilliseconds: 11_000, x: 160, y: 90))
        #expect((sheets[0].image.width, sheets[0].image.height) == (1600, 180))
    }

    @Test func `sheets do not grow with the duration`() throws {
        let known = try sheets(durationMilliseconds: 86_400_000, step: 10_000)
        #expect(known.count <= 4)
        #expect(known.allSatisfy { $0.tiles.count <= 100 })
        #expect(try sheets(durationMilliseconds: nil, step: 1000).count == Storyboard.sheetCount)
    }

    @Test func `the track tells which part of which sheet is shown when`() throws {
        var track = StoryboardTrack()
        for sheet in try sheets(durationMilliseconds: 2500, step: 500) { track.add(sheet, named: "sheet") }
        #expect(
            track.webVTT(endMilliseconds: 2500) == """
                WEBVTT

                00:00:00.000 --> 00:00:01.000
                sheet#xywh=0,0,160,90

                00:00:01.000 --> 00:00:02.000
                sheet#xywh=160,0,160,90

                00:00:02.000 --> 00:00:02.500
                sheet#xywh=320,0,160,90


                """
        )
    }
}
