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

    /// One byte for each pixel: how light it is (ITU-R BT.601).
    var grey: [UInt8] {
        bytes { red, green, blue in UInt8((Int(red) * 77 + Int(green) * 150 + Int(blue) * 29) >> 8) }
    }

    /// One byte for each pixel: black where it is nearly white, white elsewhere.
    var nearlyWhite: [UInt8] {
        bytes { min($0, $1, $2) >= 192 ? 0 : 255 }
    }

    /// One byte for each pixel: black where it is nearly black, white elsewhere.
    var nearlyBlack: [UInt8] {
        bytes { max($0, $1, $2) <= 64 ? 0 : 255 }
    }

    @inline(__always)
    private func bytes(_ byte: (UInt8, UInt8, UInt8) -> UInt8) -> [UInt8] {
        pixels.withUnsafeBufferPointer { pixels in
            [UInt8](unsafeUninitializedCapacity: width * height) { bytes, count in
                for index in 0..<width * height {
                    bytes[index] = byte(pixels[3 * index], pixels[3 * index + 1], pixels[3 * index + 2])
                }
                count = width * height
            }
        }
    }
}
