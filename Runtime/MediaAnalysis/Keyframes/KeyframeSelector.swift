package import MediaDecode

/// Picks the best frame of every shot: sharp, not black, not at a cut. A long shot gives one every ten seconds.
package struct KeyframeSelector<Frame> {
    package struct Keyframe {
        /// Of the stretch that the frame stands for, not of the frame.
        package let startMilliseconds: Int
        package let frame: Frame
    }

    /// A stretch without a cut that one picture may stand for.
    private static var longestMilliseconds: Int { 10_000 }
    /// Frames this near to a cut may still be mixed with the shot before.
    private static var guardMilliseconds: Int { 300 }
    /// How often a frame is looked at.
    private static var periodMilliseconds: Int { 250 }

    /// A cut is known when the two frames after it have come.
    private static var delay: Int { 2 }

    package init() {}

    private var start: Int?
    private var lastLook: Int?
    private var recent: [(milliseconds: Int, luma: LumaImage, frame: Frame)] = []
    private var best: (score: Double, frame: Frame)?

    /// Takes the next frame.
    ///
    /// - Returns: the picture of a stretch that has become long enough.
    package mutating func add(_ frame: Frame, _ luma: LumaImage, at milliseconds: Int) -> Keyframe? {
        let begin = start ?? milliseconds
        start = begin
        let isLong = milliseconds - begin >= Self.longestMilliseconds
        let ready = isLong ? cut(at: milliseconds) : nil
        recent.append((milliseconds, luma, frame))
        if recent.count > Self.delay { consider(recent.removeFirst()) }
        return ready
    }

    /// Ends the stretch at a cut, which may lie some frames back.
    package mutating func cut(at milliseconds: Int) -> Keyframe? {
        while let next = recent.first, next.milliseconds < milliseconds { consider(recent.removeFirst()) }
        let keyframe = best.flatMap { best in start.map { Keyframe(startMilliseconds: $0, frame: best.frame) } }
        start = milliseconds
        lastLook = nil
        best = nil
        return keyframe
    }

    private mutating func consider(_ next: (milliseconds: Int, luma: LumaImage, frame: Frame)) {
        guard let start else { return }
        if let lastLook, next.milliseconds - lastLook < Self.periodMilliseconds { return }
        lastLook = next.milliseconds
        let isEarly = next.milliseconds - start < Self.guardMilliseconds
        let isDark = Self.mean(next.luma) < 20
        let score = Self.sharpness(next.luma) * (isDark ? 0.1 : 1) * (isEarly ? 0.01 : 1)
        if let best, best.score >= score { return }
        best = (score, next.frame)
    }

    private static func mean(_ luma: LumaImage) -> Double {
        Double(luma.pixels.reduce(0) { $0 + Int($1) }) / Double(max(luma.pixels.count, 1))
    }

    /// Mean absolute difference of neighbours in a row; a little above zero, so that an even picture has a score too.
    private static func sharpness(_ luma: LumaImage) -> Double {
        var sum = 0
        for row in 0..<luma.height {
            let first = row * luma.width
            for column in 1..<max(luma.width, 1) {
                sum += abs(Int(luma.pixels[first + column]) - Int(luma.pixels[first + column - 1]))
            }
        }
        return Double(sum) / Double(max(luma.pixels.count, 1)) + 0.01
    }
}
