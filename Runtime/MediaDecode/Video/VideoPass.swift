import CLibAV
import Pipeline

/// Decodes a video stream from first to last frame.
final class VideoPass {
    private static let longestStepBackMilliseconds: Int64 = 1000

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
    private var lastMilliseconds: Int64 = 0
    /// What is added to the stream's times, where its clock has jumped back.
    private var shiftMilliseconds: Int64 = 0
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
        self.options = options
    }

    var report: DecodeReport {
        DecodeReport(
            endMilliseconds: lastMilliseconds,
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
                    return last.standIn(at: lastMilliseconds)
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
            startMilliseconds: lastMilliseconds,
            luma: try Self.luma(frame, options, turn, scaler),
            handle: try FrameHandle(sharing: frame),
            orientation: turn
        )
    }

    /// Small steps back are an encoder's rounding; a large one is a new clock, as where recordings were joined.
    private func advance(to milliseconds: Int64?) throws(Fault) {
        guard let milliseconds else { return }
        if milliseconds + shiftMilliseconds < lastMilliseconds - Self.longestStepBackMilliseconds {
            shiftMilliseconds = lastMilliseconds - milliseconds
        }
        lastMilliseconds = max(lastMilliseconds, milliseconds + shiftMilliseconds)
        let limit = container.limits.duration.components.seconds
        guard lastMilliseconds <= limit * 1000 else {
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
