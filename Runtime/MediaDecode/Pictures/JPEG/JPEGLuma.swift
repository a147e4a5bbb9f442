/// A JPEG's brightness at a fraction of its size, read without decoding the rest.
///
/// A baseline or extended file (Huffman, 8 bits) has one pixel for 8, 4, 2 or 1 of the picture's, each the mean of those
/// it stands for; of a progressive one only the first scan is read, one pixel for 8. Colour is passed over.
package enum JPEGLuma {
    /// Reads a JPEG.
    ///
    /// - Parameters:
    ///   - bytes: the file; whatever they are, nothing traps.
    ///   - shortSide: how many pixels the shorter side should have; a picture of fewer is read in full.
    ///   - limits: what the file may ask of this process.
    /// - Returns: nil where the bytes are no whole JPEG, or of a kind that is not read here: arithmetic, lossless, 12
    ///   bits, no YCbCr, or a progressive one too small for its first scan.
    package static func read(
        _ bytes: UnsafeBufferPointer<UInt8>,
        shortSide: Int = 64,
        limits: MediaLimits = MediaLimits()
    ) -> PictureLuma? {
        guard let header = JPEGHeader(bytes) else { return nil }
        let (width, height) = (header.frame.width, header.frame.height)
        guard width * height <= limits.pixelCount, let reduction = reduction(header, shortSide) else { return nil }
        var scan: JPEGLumaScan? = JPEGLumaScan(bytes, header, reduction)
        guard let blocks = scan?.image() else { return nil }
        scan = nil
        let side = reduction.side
        let image = blocks.cropped((width * side + 7) / 8, (height * side + 7) / 8)
        let extent = (Double(width * side) / 8, Double(height * side) / 8)
        return PictureLuma(image, extent, header.orientation)
    }

    /// The smallest that is large enough.
    private static func reduction(_ header: JPEGHeader, _ shortSide: Int) -> JPEGReduction? {
        let pixelCount = min(header.frame.width, header.frame.height)
        guard !header.frame.isProgressive else {
            guard header.scan.lastCoefficient == 0, pixelCount >= 4 * shortSide else { return nil }
            return JPEGReduction.all[0]
        }
        return JPEGReduction.all.first { pixelCount * $0.side >= 8 * shortSide } ?? JPEGReduction.all[3]
    }
}
