import CLibAV
import Pipeline

/// A frame that decoders fill again and again.
final class OwnFrame {
    let pointer: UnsafeMutablePointer<AVFrame>

    /// - Throws: retry, where there is no memory.
    init() throws(Fault) {
        guard let pointer = av_frame_alloc() else { throw .retry("media.decode", underlying: OutOfMemory()) }
        self.pointer = pointer
    }

    deinit {
        var frame: UnsafeMutablePointer<AVFrame>? = pointer
        av_frame_free(&frame)
    }

    var isEmpty: Bool { pointer.pointee.data.0 == nil }

    /// When it is shown, in the stream's own unit; nil where neither the packet nor the decoder says.
    var time: Int64? {
        let time = pointer.pointee.best_effort_timestamp
        return time == clibav_no_time() ? nil : time
    }

    func clear() { av_frame_unref(pointer) }

    /// Takes another one's pixels, which are not copied.
    func share(_ other: OwnFrame) {
        clear()
        av_frame_ref(pointer, other.pointer)
    }
}
