package import Pipeline

extension LumaImage {
    /// The brightness of a picture in colour (ITU-R BT.601).
    package init(_ image: RGBImage) {
        let count = image.width * image.height
        let pixels = [UInt8](unsafeUninitializedCapacity: count) { pixels, filled in
            image.pixels.withUnsafeBufferPointer { colors in
                for index in 0..<count {
                    let (red, green, blue) = (
                        Int(colors[3 * index]), Int(colors[3 * index + 1]), Int(colors[3 * index + 2])
                    )
                    pixels[index] = UInt8((77 * red + 150 * green + 29 * blue) >> 8)
                }
            }
            filled = count
        }
        self.init(width: image.width, height: image.height, pixels: pixels)
    }
}
