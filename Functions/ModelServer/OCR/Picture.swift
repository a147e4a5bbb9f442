import Pipeline

/// Pixels row by row from the top, three bytes each: red, green, blue.
struct Picture: Sendable {
    /// The recogniser holds lengths in 16 bits.
    static let sideLimit = 32_767
    /// Smaller pictures hold no text, and the recogniser's scaling fails on them.
    static let smallestSide = 8

    let width: Int
    let height: Int
    let pixels: [UInt8]

    /// Checks the sizes.
    ///
    /// - Throws: reject, where the picture is empty or too large, or has not as many bytes as its sizes say.
    init(width: Int, height: Int, pixels: [UInt8]) throws(Fault) {
        guard (1...Self.sideLimit).contains(width), (1...Self.sideLimit).contains(height) else {
            throw .reject("ocr.read", "a picture of \(width)x\(height); a side has 1 to \(Self.sideLimit) pixels")
        }
        guard pixels.count == width * height * 3 else {
            throw .reject(
                "ocr.read",
                "a picture of \(width)x\(height) in RGB has \(width * height * 3) bytes, here are \(pixels.count)"
            )
        }
        self.width = width
        self.height = height
        self.pixels = pixels
    }

    /// One byte for each pixel: black where it is nearly white, white elsewhere.
    var nearlyWhite: [UInt8] {
        mask { min($0, $1, $2) >= 192 }
    }

    /// One byte for each pixel: black where it is nearly black, white elsewhere.
    var nearlyBlack: [UInt8] {
        mask { max($0, $1, $2) <= 64 }
    }

    private func mask(_ isInk: (UInt8, UInt8, UInt8) -> Bool) -> [UInt8] {
        pixels.withUnsafeBufferPointer { pixels in
            [UInt8](unsafeUninitializedCapacity: width * height) { mask, count in
                for index in 0..<width * height {
                    let isInk = isInk(pixels[3 * index], pixels[3 * index + 1], pixels[3 * index + 2])
                    mask[index] = isInk ? 0 : 255
                }
                count = width * height
            }
        }
    }
}
