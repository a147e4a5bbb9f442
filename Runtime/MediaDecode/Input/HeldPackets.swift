import CLibAV

/// Packets that were read before anyone wanted to decode them.
final class HeldPackets {
    private static let packetCount = 128
    private static let byteCount = 4 << 20

    private(set) var packets: [UnsafeMutablePointer<AVPacket>] = []
    private var next = 0

    deinit { while !packets.isEmpty { dropLast() } }

    var isEmpty: Bool { packets.isEmpty }

    var isFull: Bool {
        packets.count >= Self.packetCount || packets.reduce(0) { $0 + Int($1.pointee.size) } >= Self.byteCount
    }

    /// Appends an empty packet; nil where there is no memory.
    func push() -> UnsafeMutablePointer<AVPacket>? {
        guard let packet = av_packet_alloc() else { return nil }
        packets.append(packet)
        return packet
    }

    func dropLast() {
        var packet: UnsafeMutablePointer<AVPacket>? = packets.popLast()
        av_packet_free(&packet)
    }

    /// Moves the first that is left into `packet`.
    ///
    /// - Returns: false where none is left.
    func pop(_ packet: UnsafeMutablePointer<AVPacket>) -> Bool {
        guard next < packets.count else { return false }
        av_packet_move_ref(packet, packets[next])
        next += 1
        return true
    }
}
