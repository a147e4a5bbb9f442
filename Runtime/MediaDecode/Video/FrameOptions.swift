/// What is made of every frame.
package struct FrameOptions: Sendable {
    /// Width of the luma image, in pixels; a narrower video keeps its own, 0 makes none.
    package var lumaWidth = 160

    package init(lumaWidth: Int = 160) { self.lumaWidth = lumaWidth }
}
