import CLibAV
import Pipeline

/// Decodes a video stream from first to last frame.
final class VideoPass {
    private static let longestStepBackMilliseconds: Int64 = 1000

    private let pass: StreamPass
    private let scaler = Scaler()
    private let options: FrameOptions
    private let turn: Orientation
    private var lastMilliseconds: Int64 = 0
    /// What is added to the stream's times, where its clock has jumped back.
    private var shiftMilliseconds: Int64 = 0

    init(_ container: Container, _ index: Int, _ options: FrameOptions) throws(Fault) {
        pass = try StreamPass(container, index, isFast: options.isFast)
        turn = Orientation(clockwiseDegrees: container.rotationDegrees(pass.stream))
        self.options = options
    }

    var report: DecodeReport {
        DecodeReport(
            endMilliseconds: lastMilliseconds,
            damagedPacketCount: pass.damagedPacketCount,
            wasTruncated: pass.wasTruncated
        )
    }

    /// Decodes the next frame.
    ///
    /// - Returns: nil at the end.
    /// - Throws: what the source throws; reject, where its pixel format can't be converted.
    func next() throws(Fault) -> VideoFrame? {
        guard let frame = try pass.next() else { return nil }
        advance(to: pass.milliseconds(frame.pointee.best_effort_timestamp))
        return VideoFrame(
            startMilliseconds: lastMilliseconds,
            luma: try luma(frame),
            handle: try FrameHandle(sharing: frame),
            orientation: turn
        )
    }

    /// Decodes the first frame as a picture, turned as its EXIF says.
    ///
    /// - Returns: nil where there is none.
    /// - Throws: as ``next()``.
    func picture(toFit maxSide: Int?) throws(Fault) -> Picture? {
        guard let frame = try pass.next() else { return nil }
        let tags = Container.tags(frame.pointee.metadata, MediaLimits())
        let orientation = tags["Orientation"].flatMap(Orientation.init(exif:)) ?? turn
        return Picture(image: try RGBImage(frame, orientation, toFit: maxSide), tags: tags)
    }

    /// Small steps back are an encoder's rounding; a large one is a new clock, as where recordings were joined.
    private func advance(to milliseconds: Int64?) {
        guard let milliseconds else { return }
        if milliseconds + shiftMilliseconds < lastMilliseconds - Self.longestStepBackMilliseconds {
            shiftMilliseconds = lastMilliseconds - milliseconds
        }
        lastMilliseconds = max(lastMilliseconds, milliseconds + shiftMilliseconds)
    }

    private func luma(_ frame: UnsafeMutablePointer<AVFrame>) throws(Fault) -> LumaImage {
        guard options.lumaWidth > 0 else { return LumaImage(width: 0, height: 0, pixels: []) }
        let upright = turn.size(Int(frame.pointee.width), Int(frame.pointee.height))
        return try LumaImage(frame, turn, LumaImage.size(upright, width: options.lumaWidth), scaler)
    }
}
