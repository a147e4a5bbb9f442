import CLibAV
import Pipeline

extension LumaImage {
    /// The shorter side of a reduced picture has between so many pixels and twice as many.
    private static let reducedSide = 192

    /// Reduces a decoded frame's brightness; every pixel is the mean of a square of the frame's.
    ///
    /// - Throws: reject, where the frame's pixel format can't be converted; retry, where there is no memory.
    init(reducing frame: UnsafeMutablePointer<AVFrame>) throws(Fault) {
        let (width, height) = (Int(frame.pointee.width), Int(frame.pointee.height))
        let factor = max(min(width, height) / Self.reducedSide, 1)
        let isFull = frame.pointee.isFullRange
        switch AVPixelFormat(frame.pointee.format) {
        case AV_PIX_FMT_GRAY8, AV_PIX_FMT_YA8:
            let step = AVPixelFormat(frame.pointee.format) == AV_PIX_FMT_YA8 ? 2 : 1
            self = Self.reduced(frame, factor, step: step, shares: (256, 0, 0), isFull: isFull)
        case AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUV422P, AV_PIX_FMT_YUV444P, AV_PIX_FMT_YUVA420P, AV_PIX_FMT_YUV440P,
            AV_PIX_FMT_YUVJ420P, AV_PIX_FMT_YUVJ422P, AV_PIX_FMT_YUVJ444P, AV_PIX_FMT_YUVJ440P:
            self = Self.reduced(frame, factor, step: 1, shares: (256, 0, 0), isFull: isFull)
        // ITU-R BT.601: 0.299, 0.587 and 0.114 of red, green and blue.
        case AV_PIX_FMT_RGB24: self = Self.reduced(frame, factor, step: 3, shares: (77, 150, 29), isFull: true)
        case AV_PIX_FMT_RGBA: self = Self.reduced(frame, factor, step: 4, shares: (77, 150, 29), isFull: true)
        case AV_PIX_FMT_BGRA: self = Self.reduced(frame, factor, step: 4, shares: (29, 150, 77), isFull: true)
        default:
            let small = (width: max(width / factor, 1), height: max(height / factor, 1))
            let pixels = try Scaler().packed(frame, as: AV_PIX_FMT_GRAY8, width: small.width, height: small.height)
            self.init(width: small.width, height: small.height, pixels: pixels)
        }
    }

    /// - Parameters:
    ///   - frame: the pixels are in its first plane.
    ///   - factor: how many columns and rows become one.
    ///   - step: from a pixel to the next, in bytes.
    ///   - shares: of a pixel's first three bytes, in 256ths.
    ///   - isFull: whether black is 0 and white 255, not 16 and 235.
    /// - Returns: the reduced picture; columns and rows that fill no square are left out.
    private static func reduced(
        _ frame: UnsafeMutablePointer<AVFrame>,
        _ factor: Int,
        step: Int,
        shares: (Int, Int, Int),
        isFull: Bool
    ) -> LumaImage {
        let (width, height) = (Int(frame.pointee.width) / factor, Int(frame.pointee.height) / factor)
        let stride = Int(frame.pointee.linesize.0)
        guard let plane = frame.pointee.data.0 else { return LumaImage(width: 0, height: 0, pixels: []) }
        let pixels = [UInt8](unsafeUninitializedCapacity: width * height) { pixels, count in
            for row in 0..<height {
                for column in 0..<width {
                    var sums = (0, 0, 0)
                    for line in 0..<factor {
                        var place = plane + (row * factor + line) * stride + column * factor * step
                        for _ in 0..<factor {
                            sums.0 &+= Int(place[0])
                            if step > 2 {
                                sums.1 &+= Int(place[1])
                                sums.2 &+= Int(place[2])
                            }
                            place += step
                        }
                    }
                    let sum = sums.0 * shares.0 + sums.1 * shares.1 + sums.2 * shares.2
                    let value = sum / (256 * factor * factor)
                    pixels[row * width + column] = UInt8(isFull ? value : min(max((value - 16) * 255 / 219, 0), 255))
                }
            }
            count = width * height
        }
        return LumaImage(width: width, height: height, pixels: pixels)
    }
}
