package import MediaDecode

/// Finds cuts, dissolves, wipes and fades in one pass over small luma images.
///
/// A cut is a frame that movement can't explain, judged by what lies around it: its neighbours (as in PySceneDetect's
/// AdaptiveDetector), and the frames beyond, so that a flash is none. A dissolve or a wipe is a frame that is a mixture of
/// one before and one after it that show different things. A fade passes through an even picture.
package struct ShotDetector {
    private var frames: [JudgedFrame] = []
    private var joiner = TransitionJoiner()
    private var startMilliseconds: Int?
    /// How the shot that goes on has begun; nil for the first.
    package private(set) var incoming: Transition?
    /// Frames before this one have been handed to the joiner.
    private var settled = 0

    package init() {}

    var heldFrameCount: Int { frames.count }

    /// Takes the next frame.
    ///
    /// - Returns: the shots that are now known to have ended; that is known about three seconds later.
    package mutating func add(_ luma: LumaImage, at milliseconds: Int, isStandIn: Bool = false) -> [Shot] {
        if startMilliseconds == nil { startMilliseconds = milliseconds }
        if isStandIn, let last = frames.last {
            let signature = FrameSignature(last.signature, at: milliseconds)
            frames.append(JudgedFrame(signature: signature, change: 0, isStandIn: true))
        } else {
            let signature = FrameSignature(luma, at: milliseconds)
            let change = frames.last.map { signature.movedDistance(from: $0.signature) } ?? 0
            frames.append(JudgedFrame(signature: signature, change: change, isStandIn: false))
        }
        judge(last: frames.count - 1 - CutJudge.lookAhead)
        return settle(isEnd: false)
    }

    /// Whether two pictures show something else, whatever has moved: for a pass that leaves frames out.
    package static func differ(_ picture: LumaImage, _ later: LumaImage) -> Bool {
        let distance = FrameSignature(later, at: 0).movedDistance(from: FrameSignature(picture, at: 0))
        return distance >= CutJudge.floor
    }

    /// Ends the last shot.
    package mutating func finish(at milliseconds: Int) -> [Shot] {
        for index in max(frames.count - CutJudge.lookAhead, 0)..<frames.count { judge(last: index) }
        var shots = settle(isEnd: true)
        guard let start = startMilliseconds else { return shots }
        startMilliseconds = nil
        shots.append(
            Shot(startMilliseconds: start, endMilliseconds: max(milliseconds, start), transition: incoming)
        )
        return shots
    }

    private mutating func judge(last index: Int) {
        guard index > 0 else { return }
        frames[index].cutScore = CutJudge.score(frames, index)
        for half in GradualJudge.halfMilliseconds {
            guard let found = GradualJudge.score(frames, last: index, halfMilliseconds: half) else { continue }
            frames[found.index].gradualScore = max(frames[found.index].gradualScore, found.score)
        }
    }

    /// Hands on the frames of which all is known, and forgets those that no window reaches any more.
    private mutating func settle(isEnd: Bool) -> [Shot] {
        let judged = isEnd ? frames.count : max(frames.count - CutJudge.lookAhead, 0)
        guard judged > 0 else { return [] }
        let limit = isEnd ? .max : frames[judged - 1].milliseconds - 2 * GradualJudge.longestMilliseconds
        while settled < judged, frames[settled].milliseconds <= limit {
            joiner.add(frames, settled)
            settled += 1
        }
        if isEnd { joiner.finish(frames) }
        let old = isEnd ? 0 : limit - GradualJudge.longestMilliseconds * 5 / 2
        var forgotten = max(frames.count - JudgedFrame.limit, 0)
        while forgotten < settled - CutJudge.lookAhead, frames[forgotten].milliseconds < old { forgotten += 1 }
        frames.removeFirst(forgotten)
        settled = max(settled - forgotten, 0)
        var shots: [Shot] = []
        for transition in joiner.take(before: limit) {
            if let shot = shot(transition) { shots.append(shot) }
        }
        return shots
    }

    private mutating func shot(_ transition: Transition) -> Shot? {
        guard let start = startMilliseconds, transition.boundaryMilliseconds > start else { return nil }
        defer {
            startMilliseconds = transition.boundaryMilliseconds
            incoming = transition
        }
        return Shot(
            startMilliseconds: start,
            endMilliseconds: transition.boundaryMilliseconds,
            transition: incoming
        )
    }
}
