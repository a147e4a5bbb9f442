import CLibAV
import Pipeline

/// libav's view of a byte source: an AVIOContext with read and seek callbacks.
final class AVInput {
    private static let bufferByteCount: Int32 = 64 << 10

    let cache: BlockCache
    /// What the source threw, or that the task was cancelled; libav itself only learns that reading failed.
    private(set) var fault: Fault?
    /// Whether libav asked for bytes behind the last.
    private(set) var readPastEnd = false
    private(set) var context: UnsafeMutablePointer<AVIOContext>?
    private var position: Int64 = 0
    /// What may still be spent; nil where the file is open.
    private var opening: OpeningWork?

    init(_ cache: BlockCache, _ limits: MediaLimits) throws(Fault) {
        self.cache = cache
        opening = OpeningWork(limits)
        let buffer = av_malloc(Int(Self.bufferByteCount))
        context = avio_alloc_context(
            buffer?.assumingMemoryBound(to: UInt8.self),
            Self.bufferByteCount,
            0,
            Unmanaged.passUnretained(self).toOpaque(),
            { opaque, target, count in AVInput.from(opaque).read(target, count) },
            nil,
            { opaque, offset, whence in AVInput.from(opaque).seek(offset, whence) }
        )
        guard context != nil else {
            av_free(buffer)
            throw .retry("media.open", underlying: OutOfMemory())
        }
    }

    deinit {
        // The buffer may be another than the one that was given.
        av_free(context?.pointee.buffer)
        avio_context_free(&context)
    }

    /// Lifts the limits of opening: from here on, bytes come as fast as they are decoded.
    func beginStreaming() {
        guard opening != nil else { return }
        opening = nil
        cache.isStreaming = true
    }

    /// Whether libav must stop; it asks now and then.
    var isOver: Bool {
        if fault == nil { fault = opening?.fault() }
        return fault != nil || Task.isCancelled
    }

    static func from(_ opaque: UnsafeMutableRawPointer?) -> AVInput {
        guard let opaque else { preconditionFailure("a callback without its input") }
        return Unmanaged<AVInput>.fromOpaque(opaque).takeUnretainedValue()
    }

    private func read(_ target: UnsafeMutablePointer<UInt8>?, _ count: Int32) -> Int32 {
        if fault == nil { fault = opening?.fault() }
        if fault == nil, Task.isCancelled { fault = .retry("media.read", underlying: CancellationError()) }
        guard fault == nil else { return clibav_error_io() }
        do throws(Fault) {
            let target = UnsafeMutableRawBufferPointer(start: target, count: Int(count))
            let copied = try cache.copy(from: position, to: target)
            guard copied > 0 else {
                readPastEnd = true
                return clibav_error_eof()
            }
            position += Int64(copied)
            opening?.count(copied)
            return Int32(copied)
        } catch {
            fault = error
            return clibav_error_io()
        }
    }

    private func seek(_ offset: Int64, _ whence: Int32) -> Int64 {
        let target: Int64
        switch whence & ~AVSEEK_FORCE {
        case AVSEEK_SIZE: return cache.byteCount
        case SEEK_SET: target = offset
        case SEEK_CUR: target = position + offset
        case SEEK_END: target = cache.byteCount + offset
        default: return Int64(clibav_error_invalid_argument())
        }
        guard target >= 0 else { return Int64(clibav_error_invalid_argument()) }
        position = target
        return target
    }
}
