/// Judges whether a frame is a mixture of one before and one after it that show different things.
enum GradualJudge {
    /// How far before and after a frame is looked, shortest first.
    static let halfMilliseconds = [120, 200, 320, 520, 720]
    static let longestMilliseconds = 720
    /// What lies on both sides of a transition differs so many times more than what lies on one.
    private static let ratio: Float = 1.6
    private static let still: Float = 0.02
    /// Frames that are less apart show the same.
    private static let floor: Float = 0.2
    private static let leastContrast: Float = 9
    /// A picture of which more is left is no mixture.
    private static let mostResidual: Float = 0.2
    private static let sureDistance: Float = 0.5
    private static let sureRatio: Float = 3
    /// Of the picture before and of the one after.
    private static let leastShare: Float = 0.1

    /// Judges the frame in the middle of a window.
    ///
    /// - Parameters:
    ///   - frames: with their cuts judged up to `last`.
    ///   - last: where the window ends.
    ///   - half: of the window's length.
    /// - Returns: the frame and how sure it is, 0 to 1; nil where it is no mixture, or a cut lies in the window.
    static func score(
        _ frames: [JudgedFrame],
        last: Int,
        halfMilliseconds half: Int
    ) -> (index: Int, score: Float)? {
        let end = frames[last].milliseconds
        guard let after = nearest(frames, end - half, half, before: last),
            let middle = nearest(frames, end - 2 * half, half, before: after),
            let before = nearest(frames, end - 3 * half, half, before: middle)
        else { return nil }
        let (first, second) = (frames[before].signature, frames[after].signature)
        guard first.distance(to: second) > floor else { return nil }
        for index in before + 1...after where frames[index].cutScore > 0 { return nil }
        let mixture = FrameMixture(frames[middle].signature, between: first, and: second)
        guard mixture.residual < mostResidual, mixture.contrast > leastContrast,
            mixture.share > leastShare, mixture.share < 1 - leastShare
        else { return nil }
        let distance = second.movedDistance(from: first)
        guard distance > floor else { return nil }
        let movements = [
            movement(frames, before, frames[before].milliseconds - half, -1), movement(frames, after, end, 1),
        ]
        guard let usual = movements.compactMap({ $0 }).max().map({ max($0, still) }) else { return nil }
        let times = distance / usual
        guard times > ratio else { return nil }
        // Surest in the middle, where both have the same share.
        let balance = 4 * mixture.share * (1 - mixture.share)
        let fit = 1 - mixture.residual / mostResidual
        return (middle, fit * balance * min(distance / sureDistance, 1) * min(times / sureRatio, 1))
    }

    /// How far a shot's pictures are apart beside the window, as far as no other boundary is in the way; nil where frames
    /// were left out there.
    private static func movement(_ frames: [JudgedFrame], _ from: Int, _ time: Int, _ step: Int) -> Float? {
        var index = from
        while frames.indices.contains(index + step) {
            let next = frames[index + step]
            let isBeyond = step > 0 ? next.milliseconds > time : next.milliseconds < time
            if isBeyond || next.isEven || frames[step > 0 ? index + 1 : index].cutScore > 0 { break }
            if next.isStandIn { return nil }
            index += step
        }
        return frames[max(index, from)].signature.movedDistance(from: frames[min(index, from)].signature)
    }

    /// The frame whose time is nearest, of those before `end`.
    private static func nearest(_ frames: [JudgedFrame], _ time: Int, _ half: Int, before end: Int) -> Int? {
        var index = end - 1
        guard index >= 0 else { return nil }
        while index > 0, frames[index - 1].milliseconds >= time { index -= 1 }
        if index > 0, time - frames[index - 1].milliseconds < abs(frames[index].milliseconds - time) { index -= 1 }
        return abs(frames[index].milliseconds - time) <= half / 3 ? index : nil
    }
}
