import MediaDecode
import Testing

@testable import MediaAnalysis

@Suite struct TextGateTests {
    private static let (width, height) = (320, 180)

    /// A grey picture with strokes like letters', from one column to another, each line at its row.
    private func picture(_ lines: [(row: Int, columns: Range<Int>)], background: (Int, Int) -> UInt8) -> LumaImage {
        var pixels = [UInt8](repeating: 0, count: Self.width * Self.height)
        for row in 0..<Self.height {
            for column in 0..<Self.width { pixels[row * Self.width + column] = background(column, row) }
        }
        for line in lines {
            for row in line.row..<line.row + 16 {
                for column in line.columns where [0, 1, 5, 6].contains((column + line.row) % 11) {
                    pixels[row * Self.width + column] = 235
                }
            }
        }
        return LumaImage(width: Self.width, height: Self.height, pixels: pixels)
    }

    /// What the gate gives for a picture every 250 ms.
    private func frames(_ count: Int, _ picture: (Int) -> LumaImage) -> [TextFrame<Int>] {
        var gate = TextGate<Int>()
        var frames: [TextFrame<Int>] = []
        for index in 0..<count {
            let time = index * 250
            #expect(gate.wants(time))
            #expect(!gate.wants(time - 1) || index == 0)
            if let frame = gate.add(index, picture(index), at: time) { frames.append(frame) }
        }
        if let frame = gate.finish(at: count * 250) { frames.append(frame) }
        return frames
    }

    private func times(_ frames: [TextFrame<Int>]) -> [[Int]] {
        frames.map { [$0.startMilliseconds, $0.endMilliseconds] }
    }

    @Test func aPictureWithoutTextIsNeverRead() {
        #expect(frames(12) { _ in picture([]) { _, _ in 80 } }.isEmpty)
        #expect(frames(12) { _ in picture([]) { column, _ in UInt8(column * 255 / Self.width) } }.isEmpty)
        #expect(frames(12) { _ in picture([]) { column, row in column > 160 && row > 90 ? 255 : 0 } }.isEmpty)
    }

    @Test func textIsReadOnceForAllTheTimeThatItStands() {
        let found = frames(20) { index in picture((4..<12).contains(index) ? [(80, 60..<220)] : []) { _, _ in 60 } }
        #expect(times(found) == [[1000, 3000]])
        #expect((4..<12).contains(found.first?.frame ?? 0))
    }

    @Test func aLineThatComesLaterIsReadAndOneThatGoesEndsThePicture() {
        let found = frames(20) { index in
            let first = (4..<16).contains(index) ? [(60, 60..<220)] : []
            let second = (8..<12).contains(index) ? [(120, 40..<200)] : []
            return picture(first + second) { _, _ in 60 }
        }
        #expect(times(found) == [[1000, 2000], [2000, 3000], [3000, 4000]])
    }

    @Test func textOverAPictureThatMovesIsRead() {
        let found = frames(16) { index in
            picture((4..<12).contains(index) ? [(80, 60..<220)] : []) { column, row in
                UInt8(60 + ((column + index * 37) / 16 + row / 16) % 2 * 50)
            }
        }
        #expect(times(found) == [[1000, 3000]])
    }

    @Test func grainIsNoText() {
        var state: UInt64 = 1
        func random() -> UInt8 {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return UInt8(truncatingIfNeeded: state >> 24)
        }
        #expect(frames(12) { _ in picture([]) { _, _ in random() } }.isEmpty)
    }

    @Test func textThatNobodyCanReadInTimeIsPassedOver() {
        #expect(frames(12) { index in picture(index == 5 ? [(80, 60..<220)] : []) { _, _ in 60 } }.isEmpty)
    }

    @Test func textThatChangesInItsPlaceIsReadAgain() {
        let found = frames(16) { index in picture([(index < 8 ? 80 : 84, 60..<220)]) { _, _ in 60 } }
        #expect(times(found) == [[0, 2000], [2000, 4000]])
    }

    @Test func aPictureOfAnotherSizeBeginsAnew() {
        var gate = TextGate<Int>()
        let text = picture([(80, 60..<220)]) { _, _ in 60 }
        for index in 0..<4 { #expect(gate.add(index, text, at: index * 250)?.frame == nil) }
        let small = LumaImage(width: 2, height: 3, pixels: [1, 2, 3, 4, 5, 6])
        #expect(gate.add(4, small, at: 1000)?.endMilliseconds == 1000)
        #expect(gate.add(5, small, at: 1250)?.frame == nil)
    }
}
