import CLibAV
package import Pipeline

extension RGBImage {
    /// Makes a decoded frame upright, in colour, with square pixels, and no larger than is asked for.
    init(_ frame: UnsafeMutablePointer<AVFrame>, _ orientation: Orientation, toFit maxSide: Int?) throws(Fault) {
        let shown = frame.pointee.shownSize
        let target = maxSide.map { LumaImage.size(shown, toFit: $0) } ?? shown
        let pixels = try Scaler().packed(frame, as: AV_PIX_FMT_RGB24, width: target.width, height: target.height)
        let (width, height) = orientation.size(target.width, target.height)
        self.init(
            width: width,
            height: height,
            pixels: orientation.applied(to: pixels, width: target.width, height: target.height, bytesPerPixel: 3)
        )
    }

    /// The picture with its longer side at most `maxSide` pixels, each the mean of those it covers.
    ///
    /// - Returns: itself, where it fits already.
    /// - Throws: retry, where there is no memory.
    package func scaled(toFit maxSide: Int) throws(Fault) -> RGBImage {
        guard max(width, height) > maxSide else { return self }
        let handle = try FrameHandle(self)
        defer { withExtendedLifetime(handle) {} }
        return try RGBImage(handle.frame, Orientation(clockwiseDegrees: 0), toFit: maxSide)
    }
}
