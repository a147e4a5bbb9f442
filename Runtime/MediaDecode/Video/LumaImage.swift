/// Brightness alone: one byte a pixel, 0 black to 255 white, rows from top to bottom without padding.
package struct LumaImage: Sendable, Equatable {
    package let width: Int
    package let height: Int
    package let pixels: [UInt8]

    /// - Precondition: there are `width * height` pixels.
    package init(width: Int, height: Int, pixels: [UInt8]) {
        precondition(pixels.count == width * height, "a luma image has one byte a pixel")
        self.width = width
        self.height = height
        self.pixels = pixels
    }
}
