import CLibAV
import Pipeline

/// Decodes of a video what its packets say is worth it: every key frame, and groups of pictures in which something happens.
///
/// A group is decoded where its packets swell or shrink, up to where that ends; and to its end where its last picture and
/// the next group's key frame differ, unless the encoder has set that one early: it tells by itself that a shot begins
/// there.
final class SparsePass {
    enum Step {
        /// A frame that is valid until the next step, and when it is shown, in the stream's own unit.
        case decoded(UnsafeMutablePointer<AVFrame>, time: Int64)
        /// The last one is shown on at this time.
        case standIn(Int64)
    }

    typealias Compare = (
        _ frame: UnsafeMutablePointer<AVFrame>,
        _ later: UnsafeMutablePointer<AVFrame>
    ) throws(Fault) -> Bool

    /// So many frames are worth the certainty that a shot begins with the key frame behind them: for a flash or a sudden
    /// movement, too, encoders set one early, and soon set the next.
    private static let checkedCount = 48
    /// After so many errors in a row, the rest is given up.
    private static let errorCount = 256
    /// A group that gives fewer frames than one in so many packets can't be begun with its key frame.
    private static let leastShare = 8

    let packets: PacketReader
    private(set) var damagedPacketCount = 0
    private let differ: Compare
    private let still: Decoder
    private let decoder: Decoder
    private let frame: OwnFrame
    /// The last frame of the group that is being decoded.
    private let last: OwnFrame
    private var key: OwnFrame
    private var nextKey: OwnFrame
    private var hasNextKey = false
    /// The next group's first packet.
    private var nextPacket: UnsafeMutablePointer<AVPacket>?
    private var longestCount = 0
    /// Whether what is behind a key frame needs nothing from before it; false of streams that are refreshed bit by bit.
    private var areKeysEntries = true
    private var errorsInRow = 0
    private var standIns: ArraySlice<Int64> = []
    /// The group that is being decoded.
    private var work: Work?

    private struct Work {
        var group: GroupOfPictures
        /// Of its packets: how many are to be sent, and how many are.
        var toSend: Int
        var sent = 0
        /// What is shown before this needs the group before.
        var start: Int64
        var frameCount = 0
        var lastTime = Int64.min
        var isChecked = false
        var isDraining = false
        var isOver = false
    }

    /// Begins at the container's first packet.
    ///
    /// - Throws: reject, where the stream can't be decoded.
    init(_ container: Container, _ index: Int, _ differ: @escaping Compare) throws(Fault) {
        self.differ = differ
        packets = try PacketReader(container, index)
        still = try Decoder(packets.stream, packets.limits, threadCount: 1)
        decoder = try Decoder(packets.stream, packets.limits, threadCount: 1)
        (frame, last, key, nextKey) = (try OwnFrame(), try OwnFrame(), try OwnFrame(), try OwnFrame())
    }

    deinit { av_packet_free(&nextPacket) }

    /// Goes on to the next frame, or to the time of one that is left out.
    ///
    /// - Returns: nil at the end.
    /// - Throws: what the source throws; retry, where the task was cancelled.
    func next() throws(Fault) -> Step? {
        while errorsInRow < Self.errorCount {
            if let step = try decode() { return step }
            if let time = standIns.popFirst() { return .standIn(time) }
            guard let group = try read() else { return nil }
            if let step = try begin(group) { return step }
        }
        packets.fail()
        return nil
    }

    /// - Returns: the group's key frame, where no more of it is decoded.
    private func begin(_ group: GroupOfPictures) throws(Fault) -> Step? {
        swap(&key, &nextKey)
        let hasKey = hasNextKey
        hasNextKey = false
        let count = group.packets.count
        let isEntry = group.beginsWithKey && group.isWhole && areKeysEntries
        if group.isWhole { longestCount = max(longestCount, count) }
        let toSend = isEntry ? group.stirringCount : count
        if isEntry, toSend == 1, hasKey || decodeStill(group.packets[0], into: key),
            try !isDoubtful(group, after: key, left: count - 1)
        {
            if key.pointer.pointee.decode_error_flags != 0 { damagedPacketCount += 1 }
            let time = key.time ?? group.packets[0].pointee.time
            standIns = group.times(after: time)[...]
            return .decoded(key.pointer, time: time)
        }
        last.clear()
        let start = group.beginsWithKey ? group.packets[0].pointee.pts : .min
        work = Work(group: group, toSend: toSend == 1 ? count : toSend, start: start)
        // Frames that no other refers to are left out; of a short group they are few, and a cut may lie on one.
        decoder.leavesOut = !group.isShort
        return nil
    }

    /// The next frame of the group that is being decoded; nil behind its last.
    private func decode() throws(Fault) -> Step? {
        while var work, errorsInRow < Self.errorCount {
            if Task.isCancelled { throw .retry("media.decode", underlying: CancellationError()) }
            defer { self.work = work.isOver ? nil : work }
            let code = decoder.receive(frame.pointer)
            if code >= 0 {
                errorsInRow = 0
                if frame.pointer.pointee.decode_error_flags != 0 { damagedPacketCount += 1 }
                work.frameCount += 1
                let time = frame.time ?? work.lastTime
                work.lastTime = max(work.lastTime, time)
                last.share(frame)
                return .decoded(frame.pointer, time: time)
            }
            if code == clibav_error_eof() || (code == clibav_error_again() && work.isDraining) {
                finish(&work)
            } else if code == clibav_error_again() {
                try feed(&work)
            } else {
                countDamage()
            }
        }
        return nil
    }

    private func finish(_ work: inout Work) {
        decoder.flush()
        if work.frameCount * Self.leastShare < work.sent { areKeysEntries = false }
        standIns = work.group.times(after: work.lastTime)[...]
        work.isOver = true
    }

    private func feed(_ work: inout Work) throws(Fault) {
        let packets = work.group.packets
        if work.sent < work.toSend {
            let packet = packets[work.sent]
            work.sent += 1
            guard packet.pointee.pts == clibav_no_time() || packet.pointee.pts >= work.start else { return }
            if !decoder.take(packet) { countDamage() }
        } else if work.toSend < packets.count, !work.isChecked {
            work.isChecked = true
            let left = packets.count - work.toSend
            let isDoubtful = last.isEmpty ? true : try isDoubtful(work.group, after: last, left: left)
            if isDoubtful { work.toSend += left }
        } else if !work.group.isWhole || !areKeysEntries, let rest = try read() {
            work.group = rest
            (work.toSend, work.sent, work.start, work.frameCount) = (rest.packets.count, 0, .min, 0)
        } else {
            work.isDraining = true
            _ = decoder.send(nil)
        }
    }

    private func countDamage() {
        damagedPacketCount += 1
        errorsInRow += 1
    }

    private func decodeStill(_ packet: UnsafeMutablePointer<AVPacket>, into frame: OwnFrame) -> Bool {
        defer { still.flush() }
        guard still.take(packet) else { return false }
        _ = still.send(nil)
        return still.receive(frame.pointer) >= 0
    }

    /// Whether the rest of a group must be seen to know how the next one's key frame came about.
    private func isDoubtful(_ group: GroupOfPictures, after frame: OwnFrame, left count: Int) throws(Fault) -> Bool {
        guard let nextPacket, count > 0 else { return false }
        // An encoder that sets key frames by the clock may miss it by a few.
        let isRegular = group.packets.count * 10 >= longestCount * 9
        guard count <= Self.checkedCount || isRegular else { return false }
        hasNextKey = hasNextKey || decodeStill(nextPacket, into: nextKey)
        return hasNextKey ? try differ(frame.pointer, nextKey.pointer) : true
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
            if packets.lastIsCut { damagedPacketCount += 1 }
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
