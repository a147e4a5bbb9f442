import CLibAV

/// The packets of a video from one key frame to the next, in the order of decoding, and what their sizes tell.
///
/// What can be foretold costs an encoder few bytes. Where a shot blends into another, or becomes it without a key frame,
/// packets swell against those around them.
final class GroupOfPictures {
    private static let packetLimit = 1000
    private static let byteLimit = 32 << 20
    private static let (leastCount, leastRunCount) = (25, 5)
    /// A frame is swollen that takes so many times as much as most.
    private static let swollen = 4
    /// On both sides of a boundary, frames take so many times as much on one as on the other.
    private static let step = 2.5
    private static let stepReach = 5
    /// Smaller ones hold next to nothing, whatever the others do.
    private static let floor = 300
    /// So many frames behind the last swollen one show what it led to.
    private static let tailCount = 5

    private(set) var packets: [UnsafeMutablePointer<AVPacket>] = []
    private var byteCount = 0
    /// Whether the next group begins with a key frame, or nothing follows.
    var isWhole = false

    deinit {
        for packet in packets {
            var packet: UnsafeMutablePointer<AVPacket>? = packet
            av_packet_free(&packet)
        }
    }

    /// Takes a packet, and frees it in the end.
    func append(_ packet: UnsafeMutablePointer<AVPacket>) {
        packets.append(packet)
        byteCount += Int(packet.pointee.size)
    }

    /// Whether the rest must go into a group of its own.
    var isFull: Bool { packets.count >= Self.packetLimit || byteCount >= Self.byteLimit }

    var beginsWithKey: Bool { packets.first?.pointee.isKey ?? false }

    /// When its frames after a time are shown, in their order; in the stream's own unit.
    func times(after time: Int64) -> [Int64] {
        packets.filter { $0.pointee.time > time && $0.pointee.flags & AV_PKT_FLAG_DISCARD == 0 }
            .map(\.pointee.time).sorted()
    }

    /// Whether it is so short that nothing in it is usual, and all of it is little work.
    var isShort: Bool { packets.count < Self.leastCount }

    /// How many packets must be decoded to see all that happens in it; 1 where nothing does.
    var stirringCount: Int {
        let runs = runs
        guard !isShort, runs.count >= Self.leastRunCount else { return packets.count }
        let sizes = runs.map(\.anchorByteCount)
        let usual = max(Self.median(sizes[1...]), Self.floor)
        let last = runs.indices.dropFirst().last { sizes[$0] > Self.swollen * usual || Self.isStep(sizes, $0) }
        guard let last else { return 1 }
        var (count, tail) = (runs[last].end, 0)
        for run in runs[(last + 1)...] where tail < Self.tailCount {
            count = run.end
            tail += run.count
        }
        return count
    }

    /// Whether what comes behind takes far more bytes than what comes before, or far fewer.
    private static func isStep(_ sizes: [Int], _ index: Int) -> Bool {
        guard index > stepReach, index + stepReach < sizes.count else { return false }
        let before = max(median(sizes[index - stepReach..<index]), floor)
        let after = max(median(sizes[index + 1...index + stepReach]), floor)
        return Double(max(before, after)) > step * Double(min(before, after))
    }

    /// A frame that is shown later than all before it, and those decoded after it that are shown before it.
    private struct Run {
        let anchorByteCount: Int
        var count = 1
        /// Index behind its last packet.
        var end: Int
    }

    private var runs: [Run] {
        var runs: [Run] = []
        var latest = Int64.min
        for (index, packet) in packets.enumerated() {
            if packet.pointee.time > latest || runs.isEmpty {
                latest = packet.pointee.time
                runs.append(Run(anchorByteCount: Int(packet.pointee.size), end: index + 1))
            } else {
                runs[runs.count - 1].count += 1
                runs[runs.count - 1].end = index + 1
            }
        }
        return runs
    }

    private static func median(_ values: ArraySlice<Int>) -> Int {
        values.isEmpty ? 0 : values.sorted()[values.count / 2]
    }
}
