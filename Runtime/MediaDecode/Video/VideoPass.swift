import CLibAV
import Pipeline

/// Decodes a video stream from first to last frame.
final class VideoPass {
    private enum Pass {
        case all(StreamPass)
        case sparse(SparsePass)

        var packets: PacketReader {
            switch self {
            case .all(let pass): pass.packets
            case .sparse(let pass): pass.packets
            }
        }

        var damagedPacketCount: Int {
            switch self {
            case .all(let pass): pass.damagedPacketCount
            case .sparse(let pass): pass.damagedPacketCount
            }
        }
    }

    private let container: Container
    private let pass: Pass
    private let scaler = Scaler()
    private let options: FrameOptions
    private let turn: Orientation
    private var clock: FrameClock
    private var last: VideoFrame?

    init(_ container: Container, _ index: Int, _ options: FrameOptions) throws(Fault) {
        self.container = container
        let scaler = scaler
        if let differ = options.sparse {
            pass = .sparse(
                try SparsePass(container, index) { frame, later throws(Fault) in
                    differ(
                        try Self.luma(frame, options, Orientation(clockwiseDegrees: 0), scaler),
                        try Self.luma(later, options, Orientation(clockwiseDegrees: 0), scaler)
                    )
                }
            )
        } else {
            pass = .all(try StreamPass(container, index))
        }
        turn = container.orientation(pass.packets.stream)
        let declared = container.milliseconds(container.context.pointee.duration, clibav_microseconds())
        clock = FrameClock(declared: declared ?? 0)
        self.options = options
    }

    var report: DecodeReport {
        DecodeReport(
            endMilliseconds: clock.milliseconds,
            damagedPacketCount: pass.damagedPacketCount,
            wasTruncated: pass.packets.wasTruncated
        )
    }

    /// Decodes the next frame.
    ///
    /// - Returns: nil at the end.
    /// - Throws: what the source throws; reject, where its pixel format can't be converted, or it lasts longer than is
    ///   allowed: few frames can make a small file very long.
    func next() throws(Fault) -> VideoFrame? {
        switch pass {
        case .all(let pass):
            return try pass.next().map { frame throws(Fault) in
                try shown(frame, at: frame.pointee.best_effort_timestamp)
            }
        case .sparse(let pass):
            while let step = try pass.next() {
                switch step {
                case .decoded(let frame, let time):
                    last = try shown(frame, at: time)
                    return last
                case .standIn(let time):
                    guard let last else { continue }
                    try advance(to: pass.packets.milliseconds(time))
                    return last.standIn(at: clock.milliseconds)
                }
            }
            return nil
        }
    }

    private func shown(_ frame: UnsafeMutablePointer<AVFrame>, at time: Int64) throws(Fault) -> VideoFrame {
        try advance(to: pass.packets.milliseconds(time))
        // The container may know better than the coded frame.
        frame.pointee.sample_aspect_ratio = av_guess_sample_aspect_ratio(container.context, pass.packets.stream, frame)
        return VideoFrame(
            startMilliseconds: clock.milliseconds,
            luma: try Self.luma(frame, options, turn, scaler),
            handle: try FrameHandle(sharing: frame),
            orientation: turn
        )
    }

    private func advance(to milliseconds: Int64?) throws(Fault) {
        guard let milliseconds else { return }
        clock.advance(to: milliseconds)
        let limit = container.limits.duration.components.seconds
        guard clock.milliseconds <= limit * 1000 else {
            throw .reject("media.frames", "its video lasts longer than the \(limit) s that are read")
        }
    }

    private static func luma(
        _ frame: UnsafeMutablePointer<AVFrame>,
        _ options: FrameOptions,
        _ turn: Orientation,
        _ scaler: Scaler
    ) throws(Fault) -> LumaImage {
        guard options.lumaWidth > 0 else { return LumaImage(width: 0, height: 0, pixels: []) }
        let upright = turn.size(Int(frame.pointee.width), Int(frame.pointee.height))
        return try LumaImage(frame, turn, LumaImage.size(upright, width: options.lumaWidth), scaler)
    }
}
