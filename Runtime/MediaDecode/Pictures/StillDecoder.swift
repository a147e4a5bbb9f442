import CLibAV
import Pipeline

/// Decodes a still picture whose file is one packet to its decoder: JPEG, PNG and WebP.
enum StillDecoder {
    /// Decodes a file that is in memory.
    ///
    /// - Parameters:
    ///   - bytes: the file.
    ///   - limits: what it may ask of this process.
    /// - Returns: its brightness; nil where it is of another kind, or the decoder makes no frame of it.
    /// - Throws: retry, where there is no memory.
    static func luma(_ bytes: UnsafeBufferPointer<UInt8>, _ limits: MediaLimits) throws(Fault) -> PictureLuma? {
        guard let identifier = kind(bytes), let codec = avcodec_find_decoder(identifier) else { return nil }
        av_log_set_level(AV_LOG_QUIET)
        var context = avcodec_alloc_context3(codec)
        var packet = av_packet_alloc()
        var frame = av_frame_alloc()
        defer {
            avcodec_free_context(&context)
            av_packet_free(&packet)
            av_frame_free(&frame)
        }
        guard let context, let packet, let frame, av_new_packet(packet, Int32(bytes.count)) >= 0,
            let base = bytes.baseAddress
        else { throw .retry("media.picture", underlying: OutOfMemory()) }
        packet.pointee.data.update(from: base, count: bytes.count)
        context.pointee.thread_count = 1
        context.pointee.max_pixels = Int64(limits.pixelCount)
        // A fingerprint does not see the edges of blocks.
        context.pointee.skip_loop_filter = AVDISCARD_ALL
        guard avcodec_open2(context, codec, nil) >= 0, avcodec_send_packet(context, packet) >= 0 else { return nil }
        _ = avcodec_send_packet(context, nil)
        guard avcodec_receive_frame(context, frame) >= 0 else { return nil }
        let image = try LumaImage(reducing: frame)
        let tags = Container.tags(frame.pointee.metadata, limits)
        let exif = tags["Orientation"] == nil ? try ExifReader.read(ByteWindow(bytes), limits) : nil
        let turn = Orientation(tags: tags, exif: exif) ?? Orientation(clockwiseDegrees: 0)
        return PictureLuma(image, (Double(image.width), Double(image.height)), turn)
    }

    private static func kind(_ bytes: UnsafeBufferPointer<UInt8>) -> AVCodecID? {
        guard bytes.count > 16, bytes.count < Int(Int32.max) - 1024 else { return nil }
        func begins(_ text: [UInt8], at offset: Int = 0) -> Bool {
            bytes[offset..<(offset + text.count)].elementsEqual(text)
        }
        if begins([0xFF, 0xD8, 0xFF]) { return AV_CODEC_ID_MJPEG }
        if begins([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) { return AV_CODEC_ID_PNG }
        if begins(Array("RIFF".utf8)), begins(Array("WEBP".utf8), at: 8) { return AV_CODEC_ID_WEBP }
        return nil
    }
}
