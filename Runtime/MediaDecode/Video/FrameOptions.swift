/// What is made of every frame.
package struct FrameOptions: Sendable {
    /// Width of the luma image, in pixels; a narrower video keeps its own, 0 makes none.
    package var lumaWidth = 160
    /// Decodes only frames that others refer to, and without the filter that smooths blocks' edges.
    ///
    /// About half of the frames of a usual H.264 or H.265 file are left out; their neighbours keep their times. Encoders
    /// put a frame that others refer to on both sides of a cut.
    package var isFast = false

    package init(lumaWidth: Int = 160, isFast: Bool = false) {
        self.lumaWidth = lumaWidth
        self.isFast = isFast
    }
}
