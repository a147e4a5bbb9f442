import MediaDecode
import Pipeline
import Testing

@testable import MediaAnalysis

@Suite struct KeyframeSelectorTests {
    /// Feeds frames at 10 a second; a picture's width tells which frame it is of.
    private func keyframes(_ frames: [LumaImage], sharpness: [Double]? = nil, shots: [Shot]) throws -> [Keyframe] {
        var selector = KeyframeSelector()
        var found: [Keyframe] = []
        for (index, frame) in frames.enumerated() {
            let keyframe = try selector.add(
                frame,
                at: index * 100,
                sharpness: { () throws(Fault) in sharpness?[index] ?? frame.sharpness },
                picture: { () throws(Fault) in YUVImage(width: index + 1, height: 1) }
            )
            if let keyframe { found.append(keyframe) }
        }
        for (index, shot) in shots.enumerated() {
            let next = index + 1 < shots.count ? shots[index + 1].transition : nil
            if let keyframe = selector.end(shot, next: next) { found.append(keyframe) }
        }
        return found
    }

    private func shot(_ start: Int, _ end: Int, after transition: Transition? = nil) -> Shot {
        Shot(startMilliseconds: start, endMilliseconds: end, transition: transition)
    }

    private func transition(_ start: Int, _ end: Int) -> Transition {
        Transition(
            kind: .dissolve,
            startMilliseconds: start,
            endMilliseconds: end,
            boundaryMilliseconds: (start + end) / 2,
            confidence: 1
        )
    }

    @Test func `the sharpest picture of a shot is taken`() throws {
        let frames = [LumaImage](repeating: Scenery.picture(1), count: 30)
        var sharpness = [Double](repeating: 2, count: 30)
        sharpness[15] = 9
        let found = try keyframes(frames, sharpness: sharpness, shots: [shot(0, 3000)])
        #expect(found.map(\.milliseconds) == [1500])
        #expect(found.map(\.picture.width) == [16])
    }

    @Test func `no picture is taken within a transition, however sharp`() throws {
        let frames = [LumaImage](repeating: Scenery.picture(1), count: 40)
        var sharpness = [Double](repeating: 2, count: 40)
        for index in 17...23 { sharpness[index] = 9 }
        let between = transition(1700, 2300)
        let found = try keyframes(
            frames,
            sharpness: sharpness,
            shots: [shot(0, 2000), shot(2000, 4000, after: between)]
        )
        #expect(found.count == 2)
        #expect(found.allSatisfy { $0.milliseconds < 1700 || $0.milliseconds > 2300 })
    }

    @Test func `a black picture is taken only where there is no other`() throws {
        let black = [LumaImage](repeating: Scenery.even(0), count: 20)
        let found = try keyframes(
            black + [LumaImage](repeating: Scenery.picture(1), count: 10),
            shots: [shot(0, 3000)]
        )
        #expect(found.allSatisfy { $0.milliseconds >= 2000 })
        #expect(try keyframes(black, shots: [shot(0, 2000)]).count == 1)
    }

    @Test func `a long shot gives one picture where nothing changes, and more where it does`() throws {
        let still = [LumaImage](repeating: Scenery.picture(1), count: 600)
        #expect(try keyframes(still, shots: [shot(0, 60_000)]).count == 1)
        let changing = (0..<600).map { Scenery.picture(1 + $0 / 150) }
        #expect(try keyframes(changing, shots: [shot(0, 60_000)]).count >= 4)
    }
}
