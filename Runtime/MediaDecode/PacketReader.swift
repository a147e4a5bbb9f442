import CLibAV
import Pipeline

/// Reads the packets of one stream, over damage.
final class PacketReader {
    /// After so many errors in a row, the rest is given up.
    private static let errorCount = 256
    /// How much earlier than its header says a stream may end.
    private static let endToleranceMilliseconds: Int64 = 1000

    let stream: UnsafeMutablePointer<AVStream>
    let limits: MediaLimits
    /// Whether the file ended within the last packet.
    private(set) var lastIsCut = false
    private let container: Container
    private let index: Int
    private var hasFailed = false
    private var lastMilliseconds: Int64 = 0

    /// Begins at the container's first packet.
    ///
    /// - Throws: reject, where there is no such stream.
    init(_ container: Container, _ index: Int) throws(Fault) {
        guard let stream = container.streams[index] else { throw .reject("media.decode", "no stream \(index)") }
        self.container = container
        self.index = index
        self.stream = stream
        limits = container.limits
        guard stream.pointee.duration != clibav_no_time() else { return }
        // The stream says itself how long it is: the others need not be read.
        for case let other? in container.streams where other != stream { other.pointee.discard = AVDISCARD_ALL }
    }

    /// Whether the packets ended before the header says; known at the end.
    var wasTruncated: Bool {
        if hasFailed || lastIsCut { return true }
        let context = container.context.pointee
        guard context.duration_estimation_method != AVFMT_DURATION_FROM_BITRATE else { return false }
        let declared =
            container.milliseconds(stream.pointee.duration, stream.pointee.time_base)
            ?? container.milliseconds(context.duration, clibav_microseconds())
        guard let declared else { return false }
        return lastMilliseconds + Self.endToleranceMilliseconds < declared
    }

    /// A time of the stream, counted from the file's start.
    func milliseconds(_ time: Int64) -> Int64? {
        guard let absolute = container.milliseconds(time, stream.pointee.time_base) else { return nil }
        let start = container.milliseconds(container.context.pointee.start_time, clibav_microseconds()) ?? 0
        return absolute - start
    }

    /// Reads the stream's next packet into `packet`.
    ///
    /// - Returns: false at the end.
    /// - Throws: what the source throws; retry, where the task was cancelled.
    func next(_ packet: UnsafeMutablePointer<AVPacket>) throws(Fault) -> Bool {
        var failures = 0
        while failures < Self.errorCount {
            if Task.isCancelled { throw .retry("media.decode", underlying: CancellationError()) }
            let code = try container.read(packet)
            if code == clibav_error_eof() { return false }
            guard code >= 0 else {
                hasFailed = true
                failures += 1
                continue
            }
            notePosition(packet)
            lastIsCut = packet.pointee.flags & AV_PKT_FLAG_CORRUPT != 0
            // One without bytes would end the decoder.
            let isEmpty = packet.pointee.size == 0 && packet.pointee.side_data_elems == 0
            if Int(packet.pointee.stream_index) == index, !isEmpty { return true }
        }
        return false
    }

    /// Notes that the rest was given up.
    func fail() { hasFailed = true }

    private func notePosition(_ packet: UnsafeMutablePointer<AVPacket>) {
        let base = container.streams[Int(packet.pointee.stream_index)]?.pointee.time_base ?? stream.pointee.time_base
        guard let start = container.milliseconds(packet.pointee.time, base) else { return }
        let origin = container.milliseconds(container.context.pointee.start_time, clibav_microseconds()) ?? 0
        let duration = container.milliseconds(packet.pointee.duration, base) ?? 0
        lastMilliseconds = max(lastMilliseconds, start - origin + duration)
    }
}

extension AVPacket {
    /// When what it holds is shown; where it does not say, when it is decoded.
    var time: Int64 { pts == clibav_no_time() ? dts : pts }

    var isKey: Bool { flags & AV_PKT_FLAG_KEY != 0 }
}
