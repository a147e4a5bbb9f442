package import MediaDecode

/// A part of a picture, in pixels; its edges may lie within them.
package struct PictureWindow: Hashable, Sendable {
    package var x: Double
    package var y: Double
    package var width: Double
    package var height: Double

    package init(x: Double, y: Double, width: Double, height: Double) {
        (self.x, self.y, self.width, self.height) = (x, y, width, height)
    }

    /// All of a picture.
    package init(_ luma: LumaImage) {
        self.init(x: 0, y: 0, width: Double(luma.width), height: Double(luma.height))
    }

    /// All of a picture whose last column and row may be covered in part.
    package init(_ luma: PictureLuma) {
        self.init(x: 0, y: 0, width: luma.extent.width, height: luma.extent.height)
    }
}
