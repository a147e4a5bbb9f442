extension LumaImage {
    /// The upper left part.
    ///
    /// - Precondition: it is no larger than the image.
    func cropped(_ width: Int, _ height: Int) -> LumaImage {
        precondition(width <= self.width && height <= self.height, "a part of the image")
        guard width < self.width else {
            return LumaImage(width: width, height: height, pixels: Array(pixels.prefix(width * height)))
        }
        var part: [UInt8] = []
        part.reserveCapacity(width * height)
        for row in 0..<height { part += pixels[(row * self.width)..<(row * self.width + width)] }
        return LumaImage(width: width, height: height, pixels: part)
    }
}
