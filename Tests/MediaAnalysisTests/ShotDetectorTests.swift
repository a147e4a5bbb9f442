import MediaDecode
import Testing

@testable import MediaAnalysis

@Suite struct ShotDetectorTests {
    /// 25 frames a second.
    private func shots(_ frames: [LumaImage], every milliseconds: Int = 40) -> [Shot] {
        var detector = ShotDetector()
        var shots: [Shot] = []
        for (index, frame) in frames.enumerated() { shots += detector.add(frame, at: index * milliseconds) }
        shots += detector.finish(at: frames.count * milliseconds)
        return shots
    }

    private func still(_ picture: LumaImage, _ count: Int) -> [LumaImage] {
        [LumaImage](repeating: picture, count: count)
    }

    private let one = Scenery.picture(1)
    private let two = Scenery.picture(2)

    @Test(arguments: [20, 40, 100]) func `a cut is found on its frame, at any frame rate`(milliseconds: Int) {
        let found = shots(still(one, 60) + still(two, 60), every: milliseconds)
        #expect(found.map(\.startMilliseconds) == [0, 60 * milliseconds])
        #expect(found.map(\.endMilliseconds) == [60 * milliseconds, 120 * milliseconds])
        #expect(found.map(\.transition?.kind) == [nil, .cut])
    }

    @Test func `a dissolve is one boundary within it, with its stretch`() {
        let blended = (1..<16).map { Scenery.blend(one, two, Double($0) / 16) }
        let found = shots(still(one, 70) + blended + still(two, 70))
        #expect(found.count == 2)
        #expect(found.last?.transition?.kind == .dissolve)
        let boundary = found.last?.startMilliseconds ?? 0
        #expect(abs(boundary - 77 * 40) <= 80)
        #expect((found.last?.transition?.startMilliseconds ?? 0) >= 68 * 40)
        #expect((found.last?.transition?.endMilliseconds ?? .max) <= 87 * 40)
    }

    @Test func `a wipe is one boundary within it`() {
        let wiped = (1..<16).map { Scenery.wipe(one, two, $0 * 4) }
        let found = shots(still(one, 70) + wiped + still(two, 70))
        #expect(found.count == 2)
        #expect(abs((found.last?.startMilliseconds ?? 0) - 77 * 40) <= 160)
    }

    @Test func `a fade by way of black is one boundary, in the black`() {
        let black = Scenery.even(0)
        let out = (1..<12).map { Scenery.blend(one, black, Double($0) / 12) }
        let back = (1..<12).map { Scenery.blend(black, two, Double($0) / 12) }
        let found = shots(still(one, 60) + out + still(black, 6) + back + still(two, 60))
        #expect(found.map(\.transition?.kind) == [nil, .fade])
        let boundary = found.last?.startMilliseconds ?? 0
        #expect((71 * 40...77 * 40).contains(boundary))
    }

    @Test func `a flash is no shot`() {
        let bright = Scenery.blend(one, Scenery.even(255), 0.6)
        #expect(shots(still(one, 50) + still(bright, 2) + still(one, 50)).count == 1)
        #expect(shots(still(one, 50) + still(Scenery.even(255), 1) + still(one, 50)).count == 1)
    }

    @Test func `light that changes slowly is no boundary`() {
        let frames = (0..<100).map { Scenery.blend(one, Scenery.even(0), 0.6 * Double($0) / 100) }
        #expect(shots(frames).count == 1)
    }

    @Test(arguments: [1, 2, 3]) func `a camera that moves is no boundary`(pixels: Int) {
        #expect(shots((0..<100).map { Scenery.picture(1, shift: $0 * pixels) }).count == 1)
    }

    /// Frames of which those in `left` were left out: the one before is shown in their place.
    private func shots(_ frames: [LumaImage], leaving left: Range<Int>) -> [Shot] {
        var detector = ShotDetector()
        var shots: [Shot] = []
        for (index, frame) in frames.enumerated() {
            let isStandIn = left.contains(index)
            let shown = isStandIn ? frames[left.lowerBound - 1] : frame
            shots += detector.add(shown, at: index * 40, isStandIn: isStandIn)
        }
        return shots + detector.finish(at: frames.count * 40)
    }

    @Test func `a cut behind frames that were left out is found on its frame`() {
        let found = shots(still(one, 60) + still(two, 60), leaving: 1..<60)
        #expect(found.map(\.startMilliseconds) == [0, 60 * 40])
        #expect(found.map(\.transition?.kind) == [nil, .cut])
    }

    @Test func `a camera that is seen only for a while is no dissolve`() {
        let frames = (0..<120).map { Scenery.picture(1, shift: $0 / 20) }
        for left in [40..<90, 1..<60] { #expect(shots(frames, leaving: left).count == 1) }
    }

    @Test func `one frame is one shot, and none is none`() {
        #expect(shots([one]).count == 1)
        #expect(shots([]).isEmpty)
    }

    @Test func `what is held does not grow with the video`() {
        var detector = ShotDetector()
        for index in 0..<600 { _ = detector.add(index / 50 % 2 == 0 ? one : two, at: index * 4) }
        #expect(detector.heldFrameCount <= JudgedFrame.limit)
    }
}
