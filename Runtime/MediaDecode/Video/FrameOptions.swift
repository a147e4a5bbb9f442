/// What is made of every frame.
package struct FrameOptions: Sendable {
    /// Tells whether two pictures show something else, whatever has moved.
    package typealias Compare = @Sendable (_ picture: LumaImage, _ later: LumaImage) -> Bool

    /// Width of the luma image, in pixels; a narrower video keeps its own, 0 makes none.
    package var lumaWidth = 160
    /// Where there is one, key frames are decoded, and of the rest only what packets and a comparison of key frames say
    /// is worth it: see ``VideoFrame/isStandIn``.
    package var sparse: Compare?

    package init(lumaWidth: Int = 160, sparse: Compare? = nil) {
        self.lumaWidth = lumaWidth
        self.sparse = sparse
    }
}
