import CLibAV

extension AVFrame {
    /// Pixels that are further from square are damage.
    private static let longestPixel = 4.0

    /// Whether black is 0 and white the highest value. Where it is not told, it is so of grey, and of the formats that are
    /// named for it.
    var isFullRange: Bool {
        guard color_range == AVCOL_RANGE_UNSPECIFIED else { return color_range == AVCOL_RANGE_JPEG }
        guard let descriptor = av_pix_fmt_desc_get(AVPixelFormat(format)) else { return false }
        return descriptor.pointee.nb_components <= 2 || String(cString: descriptor.pointee.name).hasPrefix("yuvj")
    }

    /// The size at which it is shown: where its pixels are not square, one side is longer than it is stored.
    var shownSize: (width: Int, height: Int) {
        let stored = (width: Int(width), height: Int(height))
        let pixel = sample_aspect_ratio
        guard pixel.num > 0, pixel.den > 0, pixel.num != pixel.den else { return stored }
        let ratio = min(max(Double(pixel.num) / Double(pixel.den), 1 / Self.longestPixel), Self.longestPixel)
        return ratio > 1
            ? (Int((Double(stored.width) * ratio).rounded()), stored.height)
            : (stored.width, Int((Double(stored.height) / ratio).rounded()))
    }
}
