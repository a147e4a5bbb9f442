import CLibAV
import Pipeline

/// Decodes of a video what its packets say is worth it: every key frame, and groups of pictures in which something happens.
///
/// A group is decoded where its packets swell or shrink, up to where that ends; and to its end where its last picture and
/// the next group's key frame differ, unless the encoder has set that one early: it tells by itself that a shot begins
/// there.
final class SparsePass {
    enum Step {
        /// A frame that is valid until the next step.
        case decoded(UnsafeMutablePointer<AVFrame>)
        /// The last one is shown on at this time, in the stream's own unit.
        case standIn(Int64)
    }

    typealias Compare = (
        _ frame: UnsafeMutablePointer<AVFrame>,
        _ later: UnsafeMutablePointer<AVFrame>
    ) throws(Fault) -> Bool

    /// So many frames are worth the certainty that a shot begins with the key frame behind them: for a flash or a sudden
    /// movement, too, encoders set one early, and soon set the next.
    private static let checkedCount = 48

    let packets: PacketReader
    private(set) var damagedPacketCount = 0
    private let differ: Compare
    private let still: Decoder
    private let decoder: Decoder
    private let frame = av_frame_alloc()
    /// The last frame of the group that is being decoded.
    private let last = av_frame_alloc()
    private var key = av_frame_alloc()
    private var nextKey = av_frame_alloc()
    private var hasNextKey = false
    /// The next group's first packet.
    private var nextPacket: UnsafeMutablePointer<AVPacket>?
    private var group: GroupOfPictures?
    /// Of the group's packets: those sent, and those that are to be sent; none where only its key frame is decoded.
    private var (sent, toSend) = (0, 0)
    private var isDecoding = false
    private var isChecked = false
    private var lastTime = Int64.min
    private var standIns: ArraySlice<Int64> = []
    private var longestCount = 0

    /// Begins at the container's first packet.
    ///
    /// - Throws: reject, where the stream can't be decoded.
    init(_ container: Container, _ index: Int, _ differ: @escaping Compare) throws(Fault) {
        self.differ = differ
        packets = try PacketReader(container, index)
        still = try Decoder(packets.stream, packets.limits, .still)
        decoder = try Decoder(packets.stream, packets.limits, .references)
    }

    deinit {
        for frame in [frame, last, key, nextKey] {
            var frame = frame
            av_frame_free(&frame)
        }
        av_packet_free(&nextPacket)
    }

    /// Goes on to the next frame, or to the time of one that is left out.
    ///
    /// - Returns: nil at the end.
    /// - Throws: what the source throws; retry, where the task was cancelled.
    func next() throws(Fault) -> Step? {
        while true {
            if isDecoding, let frame = try decode() { return .decoded(frame) }
            if let time = standIns.popFirst() { return .standIn(time) }
            guard let group = try read() else { return nil }
            if let key = try begin(group) { return .decoded(key) }
        }
    }

    /// - Returns: the group's key frame, where no more of it is decoded.
    private func begin(_ group: GroupOfPictures) throws(Fault) -> UnsafeMutablePointer<AVFrame>? {
        self.group = group
        swap(&key, &nextKey)
        let hasKey = hasNextKey
        hasNextKey = false
        longestCount = max(longestCount, group.packets.count)
        let count = group.packets.count
        toSend = group.beginsWithKey && group.isWhole ? group.stirringCount : count
        if toSend == 1, let key, hasKey || decodeStill(group.packets[0], into: key),
            try !isDoubtful(group, after: key, left: count)
        {
            lastTime = key.pointee.best_effort_timestamp
            standIns = group.times(after: lastTime)[...]
            return key
        }
        if toSend == 1 { toSend = count }
        (sent, isDecoding, isChecked, lastTime) = (0, true, false, group.packets[0].pointee.time - 1)
        return nil
    }

    /// The next frame of a group that is being decoded; nil behind its last.
    private func decode() throws(Fault) -> UnsafeMutablePointer<AVFrame>? {
        guard let frame, var group else { return nil }
        while true {
            let code = decoder.receive(frame)
            if code >= 0 {
                if frame.pointee.decode_error_flags != 0 { damagedPacketCount += 1 }
                lastTime = max(lastTime, frame.pointee.best_effort_timestamp)
                av_frame_unref(last)
                av_frame_ref(last, frame)
                return frame
            }
            if code == clibav_error_eof() { break }
            if code != clibav_error_again() { damagedPacketCount += 1 }
            if sent < toSend {
                let packet = group.packets[sent]
                sent += 1
                // What is shown before the key frame needs the group before it.
                guard packet.pointee.time >= group.packets[0].pointee.time else { continue }
                if !decoder.take(packet) || packet.pointee.flags & AV_PKT_FLAG_CORRUPT != 0 { damagedPacketCount += 1 }
            } else if toSend < group.packets.count, !isChecked, let last, last.pointee.width > 0 {
                isChecked = true
                let left = group.packets.count - toSend
                if try isDoubtful(group, after: last, left: left) { toSend += left }
            } else if !group.isWhole, let rest = try read() {
                group = rest
                self.group = rest
                (sent, toSend) = (0, rest.packets.count)
            } else {
                _ = decoder.send(nil)
            }
        }
        decoder.flush()
        isDecoding = false
        standIns = group.times(after: lastTime)[...]
        return nil
    }

    private func decodeStill(
        _ packet: UnsafeMutablePointer<AVPacket>,
        into frame: UnsafeMutablePointer<AVFrame>
    ) -> Bool {
        guard still.take(packet) else { return false }
        _ = still.send(nil)
        let isDecoded = still.receive(frame) >= 0
        still.flush()
        return isDecoded
    }

    /// Whether the rest of a group must be seen to know how the next one's key frame came about.
    private func isDoubtful(
        _ group: GroupOfPictures,
        after frame: UnsafeMutablePointer<AVFrame>,
        left count: Int
    ) throws(Fault) -> Bool {
        guard let nextPacket, let nextKey, count <= Self.checkedCount || group.packets.count == longestCount else {
            return false
        }
        hasNextKey = hasNextKey || decodeStill(nextPacket, into: nextKey)
        guard hasNextKey else { return false }
        return try differ(frame, nextKey)
    }

    /// Reads on to the next key frame.
    private func read() throws(Fault) -> GroupOfPictures? {
        let group = GroupOfPictures()
        if let packet = nextPacket.take() { group.append(packet) }
        while !group.isFull {
            guard let packet = av_packet_alloc() else { throw .retry("media.read", underlying: OutOfMemory()) }
            var unread: UnsafeMutablePointer<AVPacket>? = packet
            defer { av_packet_free(&unread) }
            guard try packets.next(packet) else {
                group.isWhole = true
                break
            }
            unread = nil
            if packet.pointee.isKey, !group.packets.isEmpty {
                nextPacket = packet
                group.isWhole = true
                break
            }
            group.append(packet)
        }
        return group.packets.isEmpty ? nil : group
    }
}
