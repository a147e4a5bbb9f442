/// Judges whether a shot begins with a frame.
enum CutJudge {
    /// So many frames after it are looked at.
    static let lookAhead = 4
    /// Neighbours looked at on each side.
    private static let reach = 3
    /// Frames that are less apart show the same.
    static let floor: Float = 0.22
    /// A cut is so many times further than any of its neighbours.
    private static let ratio: Float = 2.2
    /// Neighbours that differ less are still.
    private static let still: Float = 0.02

    /// How sure it is that a shot begins with the frame, 0 to 1.
    static func score(_ frames: [JudgedFrame], _ index: Int) -> Float {
        let change = frames[index].change
        guard change >= floor else { return 0 }
        var usual = still
        for near in max(index - reach, 1)...min(index + reach, frames.count - 1) where near != index {
            usual = max(usual, frames[near].change)
        }
        let times = change / usual
        guard times >= ratio else { return 0 }
        // What was there before does not come back, as it does after a flash.
        var apart = change
        for before in 1...2 where index >= before {
            for after in [0, 2, 4] where index + after < frames.count {
                let (one, other) = (frames[index - before].signature, frames[index + after].signature)
                apart = min(apart, other.movedDistance(from: one))
            }
        }
        guard apart >= floor else { return 0 }
        return min(1, 0.4 + times / (6 * ratio) + (apart - floor))
    }
}
