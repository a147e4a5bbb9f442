/// A frame with what is known of it so far.
struct JudgedFrame {
    /// So many are kept at most; of a video with more of them in the detector's look-ahead, the first are given up.
    static let limit = 400
    /// A picture that deviates less is even: black, white or a colour.
    private static let evenDeviation: Float = 4

    let signature: FrameSignature
    /// How far it is from the frame before, moved to fit.
    let change: Float
    /// Whether it was left out, and the one before it stands in its place.
    let isStandIn: Bool
    /// How sure it is that a shot begins here, 0 to 1.
    var cutScore: Float = 0
    /// How sure it is that it lies in a dissolve or a wipe, 0 to 1.
    var gradualScore: Float = 0

    var milliseconds: Int { signature.milliseconds }
    var isEven: Bool { signature.deviation < Self.evenDeviation }
}
