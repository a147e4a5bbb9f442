import CLibAV
import Pipeline

/// A stream's decoder: AVCodecContext.
final class Decoder {
    private var context: UnsafeMutablePointer<AVCodecContext>?

    /// Opens the decoder that fits a stream.
    ///
    /// - Parameters:
    ///   - stream: the stream.
    ///   - limits: on its pictures.
    ///   - threadCount: frames that are decoded at once.
    ///   - isExact: whether a frame that is damaged is none.
    /// - Throws: reject, where there is none, or the stream's header is damaged.
    init(
        _ stream: UnsafeMutablePointer<AVStream>,
        _ limits: MediaLimits,
        threadCount: Int32 = 2,
        isExact: Bool = false
    ) throws(Fault) {
        let parameters = stream.pointee.codecpar
        let identifier = stream.pointee.codecpar.pointee.codec_id
        let name = String(cString: avcodec_get_name(identifier))
        guard let codec = avcodec_find_decoder(identifier) else {
            throw .reject("media.decode", "there is no decoder for \(name)")
        }
        context = avcodec_alloc_context3(codec)
        guard let context else { throw .retry("media.decode", underlying: OutOfMemory()) }
        context.pointee.thread_count = threadCount
        // A picture that can't be decoded may end the process where its decoder works on several at once (libavcodec 59,
        // WebP: a frame that is there, and has no pixels). Of pictures on their own, parts of one are enough.
        if let facts = avcodec_descriptor_get(identifier), facts.pointee.props & AV_CODEC_PROP_INTRA_ONLY != 0 {
            context.pointee.thread_type = FF_THREAD_SLICE
        }
        context.pointee.max_pixels = Int64(limits.pixelCount)
        context.pointee.pkt_timebase = stream.pointee.time_base
        if isExact { context.pointee.err_recognition |= AV_EF_EXPLODE }
        var code = avcodec_parameters_to_context(context, parameters)
        if code >= 0 { code = avcodec_open2(context, codec, nil) }
        guard code >= 0 else {
            throw .reject("media.decode", "the \(name) stream can't be decoded: \(AVError(code: code))")
        }
    }

    deinit { avcodec_free_context(&context) }

    /// Takes a packet.
    ///
    /// - Returns: whether it could be read.
    func take(_ packet: UnsafeMutablePointer<AVPacket>) -> Bool {
        let code = send(packet)
        return code >= 0 || code == clibav_error_again() || code == clibav_error_eof()
    }

    /// Takes a packet; nil asks for the frames that are still held back.
    func send(_ packet: UnsafeMutablePointer<AVPacket>?) -> Int32 { avcodec_send_packet(context, packet) }

    /// Fills `frame` with the next frame, if there is one.
    func receive(_ frame: UnsafeMutablePointer<AVFrame>) -> Int32 { avcodec_receive_frame(context, frame) }

    /// Whether frames that no other refers to are left out, from the next packet on.
    var leavesOut = false {
        didSet { context?.pointee.skip_frame = leavesOut ? AVDISCARD_NONREF : AVDISCARD_DEFAULT }
    }

    /// Forgets all that came before; the next packet is to be a key frame's.
    func flush() { avcodec_flush_buffers(context) }
}
