/// A picture's brightness, reduced to what a fingerprint needs, and upright.
package struct PictureLuma: Sendable {
    package let image: LumaImage
    /// How many of the image's columns and rows the picture covers: the last may be covered in part.
    package let extent: (width: Double, height: Double)

    /// Turns pixels as the file says.
    init(_ stored: LumaImage, _ extent: (width: Double, height: Double), _ turn: Orientation) {
        let size = turn.size(stored.width, stored.height)
        let pixels = turn.applied(to: stored.pixels, width: stored.width, height: stored.height, bytesPerPixel: 1)
        image = LumaImage(width: size.width, height: size.height, pixels: pixels)
        self.extent = turn.quarterTurns % 2 == 0 ? extent : (extent.height, extent.width)
    }
}
