import CLibAV
import Pipeline

/// Decodes one stream from first to last frame, over damage.
final class StreamPass {
    /// After so many errors in a row, the rest is given up.
    private static let errorCount = 256

    let packets: PacketReader
    private(set) var damagedPacketCount = 0
    private let decoder: Decoder
    private var packet = av_packet_alloc()
    private var frame = av_frame_alloc()
    private var isDraining = false
    private var errorsInRow = 0

    /// Begins at the container's first packet.
    ///
    /// - Parameters:
    ///   - container: is read to its end.
    ///   - index: of the stream.
    ///   - isExact: whether a frame that is damaged is none.
    /// - Throws: reject, where the stream can't be decoded.
    init(_ container: Container, _ index: Int, isExact: Bool = false) throws(Fault) {
        packets = try PacketReader(container, index)
        decoder = try Decoder(packets.stream, packets.limits, isExact: isExact)
    }

    deinit {
        av_packet_free(&packet)
        av_frame_free(&frame)
    }

    /// Decodes the next frame.
    ///
    /// - Returns: a frame that is valid until the next call; nil at the end.
    /// - Throws: what the source throws; retry, where the task was cancelled.
    func next() throws(Fault) -> UnsafeMutablePointer<AVFrame>? {
        guard let packet, let frame else { throw .retry("media.decode", underlying: OutOfMemory()) }
        while errorsInRow < Self.errorCount {
            let code = decoder.receive(frame)
            if code == clibav_error_eof() { return nil }
            guard code < 0 else {
                errorsInRow = 0
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
        packets.fail()
        return nil
    }

    private func feed(_ packet: UnsafeMutablePointer<AVPacket>) throws(Fault) {
        guard try packets.next(packet) else {
            isDraining = true
            _ = decoder.send(nil)
            return
        }
        if !decoder.take(packet) {
            countDamage()
        } else if packets.lastIsCut {
            damagedPacketCount += 1
        }
    }

    private func countDamage() {
        damagedPacketCount += 1
        errorsInRow += 1
    }
}
