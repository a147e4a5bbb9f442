package import Pipeline

/// A stretch that two assets share, with what speaks for it.
package struct SharedStretch: Equatable, Sendable {
    package let segment: AlignedSegment
    /// Moments in it that differ from each other: a picture or tone that stands still is one.
    package let distinctCount: Int
    /// 0 for the same, 1 for what has nothing in common.
    package let distance: Double

    package init(segment: AlignedSegment, distinctCount: Int, distance: Double) {
        self.segment = segment
        self.distinctCount = distinctCount
        self.distance = distance
    }
}
