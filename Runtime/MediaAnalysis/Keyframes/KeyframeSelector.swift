package import MediaDecode
package import Pipeline

/// Picks the best frame of every shot: sharp, not black, not within a transition. A long shot gives more of them, where
/// its picture has changed.
///
/// Where a shot ended is known late, so the best picture of each of the last seconds is held, and of all before them one.
package struct KeyframeSelector {
    private struct Candidate {
        let slot: Int
        let milliseconds: Int
        let score: Double
        let signature: FrameSignature
        let picture: YUVImage
    }

    /// A stretch without a cut that one picture may stand for.
    private static let longestMilliseconds = 10_000
    /// Frames this near to a boundary may still be mixed with another shot.
    private static let guardMilliseconds = 200
    /// How often a frame is looked at.
    private static let periodMilliseconds = 250
    /// One picture is held of each stretch so long.
    private static let slotMilliseconds = 1000
    /// What is older belongs to the shot that goes on: longer than the shot detector looks ahead.
    private static let ageMilliseconds = 4000
    /// A picture is replaced by one that is so much better; each costs a conversion.
    private static let gain = 1.15
    /// Pictures that are less apart show the same.
    private static let sameDistance: Float = 0.12

    private var candidates: [Candidate] = []
    private var nextLook = 0
    private var start: Int?
    private var cleanStart = 0
    private var last: FrameSignature?

    package init() {}

    /// Takes the next frame.
    ///
    /// - Parameters:
    ///   - luma: the frame, small.
    ///   - milliseconds: its time.
    ///   - sharpness: called for frames that are looked at.
    ///   - picture: called for frames that are better than what is held.
    /// - Returns: the picture of a stretch that has become long enough.
    /// - Throws: what `sharpness` and `picture` throw.
    package mutating func add(
        _ luma: LumaImage,
        at milliseconds: Int,
        sharpness: () throws(Fault) -> Double,
        picture: () throws(Fault) -> YUVImage
    ) throws(Fault) -> Keyframe? {
        if start == nil { start = milliseconds }
        guard milliseconds >= nextLook || candidates.isEmpty else { return nil }
        nextLook = milliseconds + Self.periodMilliseconds
        let signature = FrameSignature(luma, at: milliseconds)
        // A dark or even picture is better than none, and worse than any other.
        let isPoor = signature.mean < 20 || signature.deviation < 8
        let score = (try sharpness() + 0.01) * (isPoor ? 0.05 : 1)
        let slot = milliseconds / Self.slotMilliseconds
        if let held = candidates.last, held.slot == slot {
            guard score > held.score * Self.gain else { return nil }
            candidates.removeLast()
        }
        candidates.append(
            Candidate(
                slot: slot,
                milliseconds: milliseconds,
                score: score,
                signature: signature,
                picture: try picture()
            )
        )
        return settle(at: milliseconds)
    }

    /// Ends a shot, which may lie some seconds back.
    ///
    /// - Parameters:
    ///   - shot: the shot that has ended.
    ///   - next: how the one after it begins; nil at the end of the video.
    /// - Returns: its picture; nil where those that it has given stand for all of it.
    package mutating func end(_ shot: Shot, next: Transition?) -> Keyframe? {
        let begin = start ?? shot.startMilliseconds
        let stop = next?.startMilliseconds ?? .max
        let inside = candidates.filter { $0.milliseconds < shot.endMilliseconds || next == nil }
        let clean = inside.filter {
            $0.milliseconds >= cleanStart && (next == nil || $0.milliseconds < stop - Self.guardMilliseconds)
        }
        let best = (clean.isEmpty ? inside : clean).max { $0.score < $1.score }
        candidates.removeAll { $0.milliseconds < shot.endMilliseconds }
        let isNew = best.map(differs) ?? false
        start = shot.endMilliseconds
        cleanStart = (next?.endMilliseconds ?? 0) + Self.guardMilliseconds
        last = nil
        guard let best, isNew else { return nil }
        return Keyframe(
            startMilliseconds: begin,
            milliseconds: best.milliseconds,
            score: best.score,
            picture: best.picture
        )
    }

    /// Joins the old candidates to one, and gives it when it has stood long enough.
    private mutating func settle(at milliseconds: Int) -> Keyframe? {
        let old = candidates.prefix { $0.milliseconds < milliseconds - Self.ageMilliseconds }
        let clean = old.filter { $0.milliseconds >= cleanStart }
        guard let begin = start, let best = (clean.isEmpty ? Array(old) : clean).max(by: { $0.score < $1.score })
        else { return nil }
        candidates.replaceSubrange(0..<old.count, with: [best])
        guard milliseconds - Self.ageMilliseconds - begin >= Self.longestMilliseconds else { return nil }
        candidates.removeFirst()
        start = milliseconds - Self.ageMilliseconds
        guard differs(best) else { return nil }
        last = best.signature
        return Keyframe(
            startMilliseconds: begin,
            milliseconds: best.milliseconds,
            score: best.score,
            picture: best.picture
        )
    }

    private func differs(_ candidate: Candidate) -> Bool {
        guard let last else { return true }
        return candidate.signature.movedDistance(from: last) > Self.sameDistance
    }
}
