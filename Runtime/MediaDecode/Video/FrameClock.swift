/// The time of the frame that is shown, from the times that a stream tells: it never runs back.
struct FrameClock {
    /// Smaller steps back are an encoder's rounding.
    private static let longestStepBack: Int64 = 1000
    /// A longer step forward is no gap where the file does not say that it is so long; as ``SampleClock`` has it.
    private static let longestGap: Int64 = 3_600_000

    /// Since the file's start.
    private(set) var milliseconds: Int64 = 0
    /// What is added to the stream's times, where its clock has jumped.
    private var shift: Int64 = 0
    /// What was added before the last frame, where that has jumped: the next one decides.
    private var formerShift: Int64?
    private let declared: Int64

    /// - Parameter declared: how long the file says that it is, in milliseconds; 0 where it does not.
    init(declared: Int64) { self.declared = declared }

    /// Takes a frame's time. One that jumps is wrong where the next one is in place again; else it is a new clock, as where
    /// recordings were joined, and the frames go on from where they are.
    mutating func advance(to time: Int64) {
        let shifts = [shift, formerShift].compactMap(\.self).filter { isInPlace(time + $0) }
        formerShift = nil
        if let nearest = shifts.min(by: { abs(time + $0 - milliseconds) < abs(time + $1 - milliseconds) }) {
            shift = nearest
        } else {
            (formerShift, shift) = (shift, milliseconds - time)
        }
        milliseconds = max(milliseconds, time + shift)
    }

    private func isInPlace(_ next: Int64) -> Bool {
        next >= milliseconds - Self.longestStepBack && next <= max(milliseconds + Self.longestGap, declared)
    }
}
