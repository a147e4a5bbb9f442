import CLibAV
import Pipeline

/// Converts frames to another size and pixel format: SwsContext, kept while nothing changes.
final class Scaler {
    /// libswscale writes whole vectors, over a row's end.
    private static let overrunByteCount = 64

    /// Without "full chroma input", the last column of an odd width takes its colour from behind the row.
    private static let colorFlags = SWS_AREA | SWS_FULL_CHR_H_INT | SWS_FULL_CHR_H_INP | SWS_ACCURATE_RND

    private var context: OpaquePointer?

    deinit { sws_freeContext(context) }

    /// Converts to pixels of one plane, tightly packed.
    ///
    /// - Parameters:
    ///   - frame: a decoded frame.
    ///   - format: GRAY8 or RGB24.
    ///   - width: of the result.
    ///   - height: of the result.
    /// - Returns: the rows from top to bottom, without padding.
    /// - Throws: reject, where the frame's pixel format can't be converted.
    func packed(
        _ frame: UnsafeMutablePointer<AVFrame>,
        as format: AVPixelFormat,
        width: Int,
        height: Int
    ) throws(Fault) -> [UInt8] {
        let stride = width * (format == AV_PIX_FMT_RGB24 ? 3 : 1)
        try prepare(frame, format, width, height)
        return [UInt8](unsafeUninitializedCapacity: stride * height + Self.overrunByteCount) { buffer, count in
            scale(frame, [buffer.baseAddress, nil, nil, nil], [Int32(stride), 0, 0, 0])
            count = stride * height
        }
    }

    /// Converts into a frame that is there already.
    ///
    /// - Throws: reject, where the frame's pixel format can't be converted.
    func convert(_ frame: UnsafeMutablePointer<AVFrame>, into target: UnsafeMutablePointer<AVFrame>) throws(Fault) {
        let format = AVPixelFormat(target.pointee.format)
        try prepare(frame, format, Int(target.pointee.width), Int(target.pointee.height))
        let (data, strides) = (target.pointee.data, target.pointee.linesize)
        scale(frame, [data.0, data.1, data.2, data.3], [strides.0, strides.1, strides.2, strides.3])
    }

    private func prepare(
        _ frame: UnsafeMutablePointer<AVFrame>,
        _ format: AVPixelFormat,
        _ width: Int,
        _ height: Int
    ) throws(Fault) {
        let source = frame.pointee
        context = sws_getCachedContext(
            context,
            source.width,
            source.height,
            AVPixelFormat(source.format),
            Int32(width),
            Int32(height),
            format,
            format == AV_PIX_FMT_GRAY8 ? SWS_AREA : Self.colorFlags,
            nil,
            nil,
            nil
        )
        guard context != nil else {
            let name = av_get_pix_fmt_name(AVPixelFormat(source.format)).map { String(cString: $0) } ?? "unknown"
            throw .reject("media.scale", "pixels of the format \(name) can't be converted")
        }
        // Where the file does not say, its size tells the colours: BT.709 from 720 lines on, BT.601 below.
        let guess = source.height >= 720 ? SWS_CS_ITU709 : SWS_CS_ITU601
        let colors = source.colorspace == AVCOL_SPC_UNSPECIFIED ? guess : Int32(source.colorspace.rawValue)
        sws_setColorspaceDetails(
            context,
            sws_getCoefficients(colors),
            source.isFullRange ? 1 : 0,
            sws_getCoefficients(SWS_CS_ITU601),
            1,
            0,
            1 << 16,
            1 << 16
        )
    }

    private func scale(
        _ frame: UnsafeMutablePointer<AVFrame>,
        _ planes: [UnsafeMutablePointer<UInt8>?],
        _ strides: [Int32]
    ) {
        let (data, lines) = (frame.pointee.data, frame.pointee.linesize)
        let source = [UnsafePointer(data.0), UnsafePointer(data.1), UnsafePointer(data.2), UnsafePointer(data.3)]
        let sourceStrides = [lines.0, lines.1, lines.2, lines.3]
        sws_scale(context, source, sourceStrides, 0, frame.pointee.height, planes, strides)
    }
}
