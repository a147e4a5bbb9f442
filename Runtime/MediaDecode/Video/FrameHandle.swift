import CLibAV
import Pipeline

/// A decoded frame that outlives its decoder's next one.
///
/// Unchecked: an AVFrame is not written after it was decoded, and its buffers count their references atomically.
final class FrameHandle: @unchecked Sendable {
    /// Valid as long as the handle is held, which must outlast the use of the pointer.
    let frame: UnsafeMutablePointer<AVFrame>

    /// Shares the pixels of a frame.
    init(sharing original: UnsafeMutablePointer<AVFrame>) throws(Fault) {
        guard let frame = av_frame_clone(original) else { throw .retry("media.decode", underlying: OutOfMemory()) }
        self.frame = frame
    }

    /// Makes an empty frame with libav's alignment.
    init(width: Int, height: Int, format: AVPixelFormat) throws(Fault) {
        guard let frame = av_frame_alloc() else { throw .retry("media.decode", underlying: OutOfMemory()) }
        self.frame = frame
        frame.pointee.width = Int32(width)
        frame.pointee.height = Int32(height)
        frame.pointee.format = format.rawValue
        guard av_frame_get_buffer(frame, 0) >= 0 else { throw .retry("media.decode", underlying: OutOfMemory()) }
    }

    /// Copies a picture.
    convenience init(_ image: RGBImage) throws(Fault) {
        try self.init(width: image.width, height: image.height, format: AV_PIX_FMT_RGB24)
        image.pixels.withUnsafeBufferPointer { pixels in
            av_image_copy_plane(
                frame.pointee.data.0,
                frame.pointee.linesize.0,
                pixels.baseAddress,
                Int32(3 * image.width),
                Int32(3 * image.width),
                Int32(image.height)
            )
        }
    }

    /// As stored, in pixels.
    var size: (width: Int, height: Int) { (Int(frame.pointee.width), Int(frame.pointee.height)) }

    deinit {
        var frame: UnsafeMutablePointer<AVFrame>? = frame
        av_frame_free(&frame)
    }
}
