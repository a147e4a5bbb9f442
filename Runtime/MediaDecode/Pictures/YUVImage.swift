/// A picture as JPEG holds it: full-range BT.601 luma, and chroma at half the resolution (4:2:0), without padding.
package struct YUVImage: Sendable, Equatable {
    package let width: Int
    package let height: Int
    /// `width * height` bytes.
    package private(set) var luma: [UInt8]
    /// `chromaWidth * chromaHeight` bytes each.
    package private(set) var blue: [UInt8]
    package private(set) var red: [UInt8]

    package var chromaWidth: Int { (width + 1) / 2 }
    package var chromaHeight: Int { (height + 1) / 2 }

    /// - Precondition: the planes have the sizes that the picture's asks for.
    init(width: Int, height: Int, luma: [UInt8], blue: [UInt8], red: [UInt8]) {
        self.width = width
        self.height = height
        self.luma = luma
        self.blue = blue
        self.red = red
        let chroma = chromaWidth * chromaHeight
        precondition(luma.count == width * height && blue.count == chroma && red.count == chroma, "planes and size")
    }

    /// A black picture.
    package init(width: Int, height: Int) {
        let chroma = ((width + 1) / 2) * ((height + 1) / 2)
        let gray = [UInt8](repeating: 128, count: chroma)
        self.init(
            width: width,
            height: height,
            luma: [UInt8](repeating: 0, count: width * height),
            blue: gray,
            red: gray
        )
    }

    /// Draws another picture with its top left corner at (`x`, `y`), even both; what reaches over the edge is cut off.
    package mutating func draw(_ tile: YUVImage, x: Int, y: Int) {
        Self.copy(tile.luma, tile.width, into: &luma, width, x, y)
        Self.copy(tile.blue, tile.chromaWidth, into: &blue, chromaWidth, x / 2, y / 2)
        Self.copy(tile.red, tile.chromaWidth, into: &red, chromaWidth, x / 2, y / 2)
    }

    /// The top left part of the picture, no larger than it is.
    package func cropped(width: Int, height: Int) -> YUVImage {
        guard width < self.width || height < self.height else { return self }
        var part = YUVImage(width: min(width, self.width), height: min(height, self.height))
        part.draw(self, x: 0, y: 0)
        return part
    }

    private static func copy(
        _ tile: [UInt8],
        _ tileWidth: Int,
        into plane: inout [UInt8],
        _ width: Int,
        _ x: Int,
        _ y: Int
    ) {
        let count = min(tileWidth, width - x)
        guard count > 0, tileWidth > 0 else { return }
        for row in 0..<min(tile.count / tileWidth, plane.count / width - y) {
            let from = row * tileWidth
            let to = (y + row) * width + x
            plane.replaceSubrange(to..<to + count, with: tile[from..<from + count])
        }
    }
}
