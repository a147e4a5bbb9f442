/// A picture's hash, or that of a stretch of frames that look the same.
package struct FrameFingerprint: Hashable, Codable, Sendable {
    /// From the asset's start; both ends are 0 for a picture.
    package let startMilliseconds: Int
    package let endMilliseconds: Int
    package let hash: PictureHash
    /// 0 to 100: how much there is to be seen. Black, blank and blurred frames have little, and prove nothing.
    package let quality: Int
    /// Whether others find the asset by it. Each indexed hash costs room: of a video, those that say something new.
    package let isIndexed: Bool

    package init(
        startMilliseconds: Int = 0,
        endMilliseconds: Int = 0,
        hash: PictureHash,
        quality: Int,
        isIndexed: Bool
    ) {
        self.startMilliseconds = startMilliseconds
        self.endMilliseconds = endMilliseconds
        self.hash = hash
        self.quality = quality
        self.isIndexed = isIndexed
    }
}
