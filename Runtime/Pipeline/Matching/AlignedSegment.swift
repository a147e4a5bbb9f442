/// A stretch that two assets share.
package struct AlignedSegment: Hashable, Codable, Sendable {
    package let startMilliseconds: Int
    /// Where it begins in the other asset.
    package let otherStartMilliseconds: Int
    package let lengthMilliseconds: Int

    package init(startMilliseconds: Int, otherStartMilliseconds: Int, lengthMilliseconds: Int) {
        self.startMilliseconds = startMilliseconds
        self.otherStartMilliseconds = otherStartMilliseconds
        self.lengthMilliseconds = lengthMilliseconds
    }

    /// As the other asset sees it.
    package var reversed: AlignedSegment {
        AlignedSegment(
            startMilliseconds: otherStartMilliseconds,
            otherStartMilliseconds: startMilliseconds,
            lengthMilliseconds: lengthMilliseconds
        )
    }
}
