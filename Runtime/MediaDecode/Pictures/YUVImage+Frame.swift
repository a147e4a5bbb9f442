import CLibAV
package import Pipeline

extension YUVImage {
    /// Makes a decoded frame upright, with square pixels, and no larger than is asked for; no RGB is made of YUV with the
    /// same matrix.
    init(_ frame: UnsafeMutablePointer<AVFrame>, _ orientation: Orientation, toFit maxSide: Int?) throws(Fault) {
        let shown = frame.pointee.shownSize
        let target = maxSide.map { LumaImage.size(shown, toFit: $0) } ?? shown
        let handle = try FrameHandle(width: target.width, height: target.height, format: AV_PIX_FMT_YUVJ420P)
        defer { withExtendedLifetime(handle) {} }
        try Scaler().convert(frame, into: handle.frame)
        let (data, strides) = (handle.frame.pointee.data, handle.frame.pointee.linesize)
        let chroma = (width: (target.width + 1) / 2, height: (target.height + 1) / 2)
        let upright = orientation.size(target.width, target.height)
        self.init(
            width: upright.width,
            height: upright.height,
            luma: Self.plane(data.0, strides.0, target, orientation),
            blue: Self.plane(data.1, strides.1, chroma, orientation),
            red: Self.plane(data.2, strides.2, chroma, orientation)
        )
    }

    /// The picture with its longer side at most `maxSide` pixels, each the mean of those it covers.
    ///
    /// - Returns: itself, where it fits already.
    /// - Throws: retry, where there is no memory.
    package func scaled(toFit maxSide: Int) throws(Fault) -> YUVImage {
        guard max(width, height) > maxSide else { return self }
        let handle = try frame()
        defer { withExtendedLifetime(handle) {} }
        return try YUVImage(handle.frame, Orientation(clockwiseDegrees: 0), toFit: maxSide)
    }

    /// The picture as libav takes it.
    ///
    /// - Throws: retry, where there is no memory.
    func frame() throws(Fault) -> FrameHandle {
        let handle = try FrameHandle(width: width, height: height, format: AV_PIX_FMT_YUVJ420P)
        handle.frame.pointee.color_range = AVCOL_RANGE_JPEG
        handle.frame.pointee.colorspace = AVCOL_SPC_BT470BG
        let (data, strides) = (handle.frame.pointee.data, handle.frame.pointee.linesize)
        Self.fill(data.0, strides.0, luma, width)
        Self.fill(data.1, strides.1, blue, chromaWidth)
        Self.fill(data.2, strides.2, red, chromaWidth)
        return handle
    }

    private static func fill(_ target: UnsafeMutablePointer<UInt8>?, _ stride: Int32, _ plane: [UInt8], _ width: Int) {
        plane.withUnsafeBufferPointer {
            let width32 = Int32(width)
            av_image_copy_plane(target, stride, $0.baseAddress, width32, width32, Int32(plane.count / width))
        }
    }

    private static func plane(
        _ source: UnsafeMutablePointer<UInt8>?,
        _ stride: Int32,
        _ size: (width: Int, height: Int),
        _ orientation: Orientation
    ) -> [UInt8] {
        let count = size.width * size.height
        let packed = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            let width = Int32(size.width)
            av_image_copy_plane(buffer.baseAddress, width, source, stride, width, Int32(size.height))
            initialized = count
        }
        return orientation.applied(to: packed, width: size.width, height: size.height, bytesPerPixel: 1)
    }
}
