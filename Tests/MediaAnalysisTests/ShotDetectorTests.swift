import MediaDecode
import Testing

@testable import MediaAnalysis

@Suite struct ShotDetectorTests {
    /// 10 frames a second.
    private func shots(_ frames: [LumaImage]) -> [Shot] {
        var detector = ShotDetector()
        var shots: [Shot] = []
        for (index, frame) in frames.enumerated() {
            if let shot = detector.add(frame, at: index * 100) { shots.append(shot) }
        }
        if let last = detector.finish(at: frames.count * 100) { shots.append(last) }
        return shots
    }

    private func even(_ value: UInt8, _ count: Int) -> [LumaImage] {
        let frame = LumaImage(width: 8, height: 8, pixels: [UInt8](repeating: value, count: 64))
        return [LumaImage](repeating: frame, count: count)
    }

    @Test func aCutIsFoundOnItsFrame() {
        let shots = shots(even(40, 10) + even(200, 10))
        #expect(shots.map(\.startMilliseconds) == [0, 1000])
        #expect(shots.map(\.endMilliseconds) == [1000, 2000])
    }

    @Test func aSlowFadeIsNoCut() {
        let frames = (0..<20).flatMap { even(UInt8(40 + $0 * 8), 1) }
        #expect(shots(frames).count == 1)
    }

    @Test func aFlashIsNoShot() {
        let shots = shots(even(40, 10) + even(250, 1) + even(40, 10))
        #expect(shots.count == 1)
    }

    @Test func aPictureThatMovesAllTheTimeHasNoCuts() {
        let frames = (0..<20).map { step in
            LumaImage(width: 8, height: 8, pixels: (0..<64).map { UInt8(($0 * 7 + step * 37) % 256) })
        }
        #expect(shots(frames).count == 1)
    }

    @Test func oneFrameIsOneShot() {
        #expect(shots(even(10, 1)).count == 1)
        #expect(shots([]).isEmpty)
    }
}
