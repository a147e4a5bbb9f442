import MediaDecode
import Pipeline
import Testing

@testable import MediaAnalysis

@Suite struct SpanDetectorTests {
    /// 25 frames a second.
    private func spans(_ frames: [LumaImage]) -> [Moment] {
        var detector = SpanDetector()
        for (index, frame) in frames.enumerated() { detector.add(frame, at: index * 40) }
        detector.finish(at: frames.count * 40)
        return detector.moments
    }

    private func moving(_ count: Int) -> [LumaImage] { (0..<count).map { Scenery.picture(1, shift: $0) } }

    @Test func `black is told with its times`() {
        let found = spans(moving(25) + [LumaImage](repeating: Scenery.even(0), count: 10) + moving(25))
        #expect(found == [Moment(kind: .black, startMilliseconds: 1000, endMilliseconds: 1400)])
    }

    @Test func `a picture that stands still for two seconds is frozen`() {
        let found = spans(moving(25) + [LumaImage](repeating: Scenery.picture(7), count: 75) + moving(25))
        #expect(found == [Moment(kind: .freeze, startMilliseconds: 1000, endMilliseconds: 4000)])
        #expect(spans(moving(100)).isEmpty)
    }

    @Test func `a flash is told, a change to something brighter is not`() {
        let bright = Scenery.blend(Scenery.picture(1, shift: 25), Scenery.even(255), 0.6)
        let found = spans(moving(25) + [bright, bright] + (25..<50).map { Scenery.picture(1, shift: $0) })
        #expect(found == [Moment(kind: .flash, startMilliseconds: 1000, endMilliseconds: 1080)])
        #expect(spans(moving(25) + (0..<25).map { _ in bright }).filter { $0.kind == .flash }.isEmpty)
    }
}
