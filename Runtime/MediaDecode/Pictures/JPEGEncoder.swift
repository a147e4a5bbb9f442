import CLibAV
package import Pipeline

/// Writes pictures as JPEG.
package enum JPEGEncoder {
    /// The largest side that the format has room for.
    private static let maxSide = 65_500

    /// Encodes a picture with its colours at half resolution (4:2:0).
    ///
    /// - Parameters:
    ///   - image: the picture.
    ///   - quality: 1, the smallest file, to 100, the best picture.
    /// - Returns: a JPEG file.
    /// - Throws: reject, where the picture is larger than JPEG allows; retry, where there is no memory.
    package static func encode(_ image: RGBImage, quality: Int = 80) throws(Fault) -> [UInt8] {
        try check(image.width, image.height)
        let handle = try FrameHandle(width: image.width, height: image.height, format: AV_PIX_FMT_YUVJ420P)
        let original = try FrameHandle(image)
        defer { withExtendedLifetime((handle, original)) {} }
        try Scaler().convert(original.frame, into: handle.frame)
        return try encode(handle, quality)
    }

    /// Encodes a picture as it is.
    ///
    /// - Parameters:
    ///   - image: the picture.
    ///   - quality: 1, the smallest file, to 100, the best picture.
    /// - Returns: a JPEG file.
    /// - Throws: as ``encode(_:quality:)``.
    package static func encode(_ image: YUVImage, quality: Int = 80) throws(Fault) -> [UInt8] {
        try check(image.width, image.height)
        return try encode(try image.frame(), quality)
    }

    private static func check(_ width: Int, _ height: Int) throws(Fault) {
        guard max(width, height) <= maxSide else {
            throw .reject("jpeg.encode", "\(width) x \(height) pixels; a JPEG's side is at most \(maxSide)")
        }
    }

    private static func encode(_ handle: FrameHandle, _ quality: Int) throws(Fault) -> [UInt8] {
        av_log_set_level(AV_LOG_QUIET)
        let scale = scale(quality)
        handle.frame.pointee.quality = scale
        handle.frame.pointee.color_range = AVCOL_RANGE_JPEG
        defer { withExtendedLifetime(handle) {} }
        var context = avcodec_alloc_context3(nil)
        var packet = av_packet_alloc()
        defer {
            avcodec_free_context(&context)
            av_packet_free(&packet)
        }
        guard let codec = avcodec_find_encoder(AV_CODEC_ID_MJPEG), let context, let packet else {
            throw .retry("jpeg.encode", underlying: OutOfMemory())
        }
        context.pointee.width = handle.frame.pointee.width
        context.pointee.height = handle.frame.pointee.height
        context.pointee.pix_fmt = AV_PIX_FMT_YUVJ420P
        context.pointee.color_range = AVCOL_RANGE_JPEG
        context.pointee.time_base = AVRational(num: 1, den: 1)
        context.pointee.thread_count = 1
        context.pointee.flags |= AV_CODEC_FLAG_QSCALE
        context.pointee.global_quality = scale
        var code = avcodec_open2(context, codec, nil)
        if code >= 0 { code = avcodec_send_frame(context, handle.frame) }
        if code >= 0 { code = avcodec_receive_packet(context, packet) }
        guard code >= 0, let data = packet.pointee.data else {
            throw .reject("jpeg.encode", "the picture can't be encoded: \(AVError(code: code))")
        }
        return [UInt8](UnsafeBufferPointer(start: data, count: Int(packet.pointee.size)))
    }

    /// libavcodec's quantizer scale runs from 2, the best, to 31.
    private static func scale(_ quality: Int) -> Int32 {
        let quality = min(max(quality, 1), 100)
        return Int32(31 - (quality - 1) * 29 / 99) * FF_QP2LAMBDA
    }
}
