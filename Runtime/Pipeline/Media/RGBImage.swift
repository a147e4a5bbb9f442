/// An uncompressed picture: 8 bits each of red, green and blue per pixel, row by row, without padding.
package struct RGBImage: Hashable, Sendable {
    package let width: Int
    package let height: Int
    /// `width * height * 3` bytes.
    package let pixels: [UInt8]

    /// - Precondition: the sizes are positive and match the bytes.
    package init(width: Int, height: Int, pixels: [UInt8]) {
        precondition(width > 0 && height > 0 && pixels.count == width * height * 3, "pixels do not match the size")
        self.width = width
        self.height = height
        self.pixels = pixels
    }
}
