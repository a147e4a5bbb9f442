/// How one shot becomes the next.
package struct Transition: Equatable, Sendable {
    package enum Kind: String, Sendable {
        /// From one frame to the next.
        case cut
        /// A blend or a wipe of both.
        case dissolve
        /// By way of an even picture, mostly black or white.
        case fade
    }

    package let kind: Kind
    /// The last frame that is the old shot's alone; of a cut, the new shot's first.
    package let startMilliseconds: Int
    /// The first frame that is the new shot's alone.
    package let endMilliseconds: Int
    /// Where the new shot is said to begin: the middle.
    package let boundaryMilliseconds: Int
    /// 0 to 1.
    package let confidence: Double
}
