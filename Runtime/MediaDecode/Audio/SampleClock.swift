/// Keeps samples at their times: what is missing becomes silence, what comes twice is dropped.
enum SampleClock {
    /// Times are rounded in many containers; what is off by less is left as it is.
    static let tolerance: Int64 = 50 * Int64(AudioChunk.sampleRate) / 1000

    /// A longer gap is taken for a jump of the clock: the samples go on without one.
    static let longestGap: Int64 = 3600 * Int64(AudioChunk.sampleRate)
    /// The same for times that run back, as where recordings were joined.
    static let longestOverlap = Int64(AudioChunk.sampleRate)
    /// A longer gap behind sound may be one frame's wrong time: it is believed where the next frame tells it, too.
    static let longestSureGap: Int64 = 10 * Int64(AudioChunk.sampleRate)

    /// What comes before a frame of samples.
    enum Correction: Equatable {
        case none
        /// So many samples are missing.
        case silence(Int64)
        /// So many samples were there already.
        case skip(Int64)
    }

    /// Compares where a frame should begin with where it would.
    ///
    /// - Parameters:
    ///   - start: by its time, in samples from the file's start; nil where it has none.
    ///   - position: how many samples there are already.
    /// - Returns: how to bring the two together.
    static func correction(start: Int64?, position: Int64) -> Correction {
        guard let start else { return .none }
        let gap = start - position
        if gap > tolerance { return gap <= longestGap ? .silence(gap) : .none }
        if gap < -tolerance { return -gap <= longestOverlap ? .skip(-gap) : .none }
        return .none
    }
}
