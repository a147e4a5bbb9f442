import CLibAV
import Pipeline

extension LumaImage {
    /// Takes the brightness of a decoded frame, upright.
    ///
    /// - Parameters:
    ///   - frame: the frame, as it is stored.
    ///   - turn: what makes it upright.
    ///   - size: upright; no larger than the frame.
    ///   - scaler: for pixel formats without a luma plane.
    /// - Throws: reject, where the pixel format can't be converted.
    init(
        _ frame: UnsafeMutablePointer<AVFrame>,
        _ turn: Orientation,
        _ size: (width: Int, height: Int),
        _ scaler: Scaler
    ) throws(Fault) {
        let stored = turn.size(size.width, size.height)
        let pixels =
            if let plane = LumaPlane(frame) {
                plane.scaled(stored.width, stored.height)
            } else {
                try scaler.packed(frame, as: AV_PIX_FMT_GRAY8, width: stored.width, height: stored.height)
            }
        self.init(
            width: size.width,
            height: size.height,
            pixels: turn.applied(to: pixels, width: stored.width, height: stored.height, bytesPerPixel: 1)
        )
    }

    /// The size of a picture whose width is scaled down to `width`, if it is larger.
    static func size(_ upright: (width: Int, height: Int), width: Int) -> (width: Int, height: Int) {
        let small = min(max(width, 1), upright.width)
        return (small, max((upright.height * small + upright.width / 2) / upright.width, 1))
    }

    /// The size of a picture whose longer side is scaled down to `maxSide`, if it is larger.
    static func size(_ upright: (width: Int, height: Int), toFit maxSide: Int) -> (width: Int, height: Int) {
        let longer = max(upright.width, upright.height)
        guard maxSide > 0, longer > maxSide else { return upright }
        func scaled(_ side: Int) -> Int { max((side * maxSide + longer / 2) / longer, 1) }
        return (scaled(upright.width), scaled(upright.height))
    }
}
