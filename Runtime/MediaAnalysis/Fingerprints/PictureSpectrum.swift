package import MediaDecode
package import Pipeline

/// The 16 by 16 lowest frequencies of a picture's brightness, without the mean of rows and columns.
///
/// The picture is brought to 64 by 64 places and transformed (DCT-II); a picture that is laid down otherwise has the
/// same coefficients in other places and with other signs, so that one spectrum gives eight hashes.
package struct PictureSpectrum: Sendable {
    static let side = 16
    static let placeCount = ResampleWeights.placeCount

    /// Row by row; row and column 0 are the frequency of half a wave over the picture.
    let coefficients: [Float]
    /// How much there is to see, 0 to 100: an even picture has 0, and its hash says nothing.
    package let quality: Int

    /// Transforms a picture, or a part of it.
    package init(_ luma: LumaImage, _ window: PictureWindow? = nil) {
        self.init(Places(luma, window ?? PictureWindow(luma)))
    }

    init(_ places: Places) {
        quality = places.quality
        coefficients = places.spectrum()
    }

    /// The picture's hash, as it lies or laid down otherwise: place `16 * row + column` tells whether that coefficient is
    /// above their median, as in PDQ (Meta, "The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing Algorithm",
    /// 2019). Of four words the first has the first places, the lowest bit first.
    package func hash(_ dihedral: Dihedral = .upright) -> PictureHash {
        withUnsafeTemporaryAllocation(of: Float.self, capacity: Self.side * Self.side) { laid in
            for row in 0..<Self.side {
                for column in 0..<Self.side {
                    // Frequencies are counted from one, so that the even indices are the odd functions.
                    let isReversed =
                        (dihedral.reversesRows && row % 2 == 0) != (dihedral.reversesColumns && column % 2 == 0)
                    let value = coefficients[row * Self.side + column]
                    let target = dihedral.exchangesSides ? column * Self.side + row : row * Self.side + column
                    laid[target] = isReversed ? -value : value
                }
            }
            return Self.hash(UnsafeBufferPointer(laid))
        }
    }

    private static func hash(_ values: UnsafeBufferPointer<Float>) -> PictureHash {
        let median = lowerMedian(values)
        func word(_ first: Int) -> UInt64 {
            var bits: UInt64 = 0
            for place in 0..<64 where values[first + place] > median { bits |= 1 << UInt64(place) }
            return bits
        }
        return PictureHash(words: SIMD4(word(0), word(64), word(128), word(192)))
    }

    /// The value that half of the others are not above.
    private static func lowerMedian(_ values: UnsafeBufferPointer<Float>) -> Float {
        withUnsafeTemporaryAllocation(of: Float.self, capacity: values.count) { buffer in
            var sorted = buffer
            _ = sorted.initialize(from: values)
            sorted.sort()
            return sorted[(values.count - 1) / 2]
        }
    }
}
