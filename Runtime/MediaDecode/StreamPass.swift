import CLibAV
import Pipeline

/// Decodes one stream from first to last frame, over damage.
final class StreamPass {
    /// After so many errors in a row, the rest is given up.
    private static let errorCount = 256
    /// How much earlier than its header says a stream may end.
    private static let endToleranceMilliseconds: Int64 = 1000

    let stream: UnsafeMutablePointer<AVStream>
    private(set) var damagedPacketCount = 0
    private let container: Container
    private let decoder: Decoder
    private let index: Int
    private var packet = av_packet_alloc()
    private var frame = av_frame_alloc()
    private var isDraining = false
    private var readErrorCount = 0
    private var lastPacketIsCut = false
    private var consecutiveErrorCount = 0
    private var lastPacketMilliseconds: Int64 = 0

    /// Begins at the container's first packet.
    ///
    /// - Throws: reject, where the stream can't be decoded.
    init(_ container: Container, _ index: Int, isFast: Bool = false) throws(Fault) {
        guard let stream = container.streams[index] else { throw .reject("media.decode", "no stream \(index)") }
        self.container = container
        self.index = index
        self.stream = stream
        decoder = try Decoder(stream, container.limits, isFast: isFast)
        guard stream.pointee.duration != clibav_no_time() else { return }
        // The stream says itself how long it is: the others need not be read.
        for case let other? in container.streams where other != stream { other.pointee.discard = AVDISCARD_ALL }
    }

    deinit {
        av_packet_free(&packet)
        av_frame_free(&frame)
    }

    /// Whether the packets ended before the header says; known at the end.
    var wasTruncated: Bool {
        if readErrorCount > 0 || lastPacketIsCut { return true }
        let context = container.context.pointee
        guard context.duration_estimation_method != AVFMT_DURATION_FROM_BITRATE else { return false }
        let declared =
            container.milliseconds(stream.pointee.duration, stream.pointee.time_base)
            ?? container.milliseconds(context.duration, clibav_microseconds())
        guard let declared else { return false }
        return lastPacketMilliseconds + Self.endToleranceMilliseconds < declared
    }

    /// A time of the stream, counted from the file's start.
    func milliseconds(_ time: Int64) -> Int64? {
        guard let absolute = container.milliseconds(time, stream.pointee.time_base) else { return nil }
        let start = container.milliseconds(container.context.pointee.start_time, clibav_microseconds()) ?? 0
        return absolute - start
    }

    /// Decodes the next frame.
    ///
    /// - Returns: a frame that is valid until the next call; nil at the end.
    /// - Throws: what the source throws; retry, where the task was cancelled.
    func next() throws(Fault) -> UnsafeMutablePointer<AVFrame>? {
        guard let packet, let frame else { throw .retry("media.decode", underlying: OutOfMemory()) }
        while consecutiveErrorCount < Self.errorCount {
            if Task.isCancelled { throw .retry("media.decode", underlying: CancellationError()) }
            let code = decoder.receive(frame)
            if code == clibav_error_eof() { return nil }
            guard code < 0 else {
                consecutiveErrorCount = 0
                if frame.pointee.decode_error_flags != 0 { damagedPacketCount += 1 }
                return frame
            }
            guard code == clibav_error_again() else {
                countDamage()
                continue
            }
            guard !isDraining else { return nil }
            try feed(packet)
        }
        readErrorCount += 1
        return nil
    }

    private func feed(_ packet: UnsafeMutablePointer<AVPacket>) throws(Fault) {
        let code = try container.read(packet)
        if code == clibav_error_eof() {
            isDraining = true
            _ = decoder.send(nil)
            return
        }
        guard code >= 0 else {
            readErrorCount += 1
            consecutiveErrorCount += 1
            return
        }
        notePosition(packet)
        lastPacketIsCut = packet.pointee.flags & AV_PKT_FLAG_CORRUPT != 0
        guard Int(packet.pointee.stream_index) == index else { return }
        let sent = decoder.send(packet)
        if sent < 0 && sent != clibav_error_again() && sent != clibav_error_eof() {
            countDamage()
        } else if lastPacketIsCut {
            damagedPacketCount += 1
        }
    }

    private func countDamage() {
        damagedPacketCount += 1
        consecutiveErrorCount += 1
    }

    private func notePosition(_ packet: UnsafeMutablePointer<AVPacket>) {
        let base = container.streams[Int(packet.pointee.stream_index)]?.pointee.time_base ?? stream.pointee.time_base
        let pts = packet.pointee.pts
        let time = pts == clibav_no_time() ? packet.pointee.dts : pts
        guard let start = container.milliseconds(time, base) else { return }
        let origin = container.milliseconds(container.context.pointee.start_time, clibav_microseconds()) ?? 0
        let duration = container.milliseconds(packet.pointee.duration, base) ?? 0
        lastPacketMilliseconds = max(lastPacketMilliseconds, start - origin + duration)
    }
}
