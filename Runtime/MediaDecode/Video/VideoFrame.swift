package import Pipeline

/// A decoded frame: small and grey at once, in full on demand.
package struct VideoFrame: Sendable {
    /// From the file's start; never before that of the frame before.
    package let startMilliseconds: Int64
    /// Upright, at the width that was asked for.
    package let luma: LumaImage
    /// Whether it was left out, and shows the one before it. Left out without one are frames between two decoded ones that no
    /// other refers to.
    package let isStandIn: Bool
    private let handle: FrameHandle
    private let orientation: Orientation

    init(
        startMilliseconds: Int64,
        luma: LumaImage,
        isStandIn: Bool = false,
        handle: FrameHandle,
        orientation: Orientation
    ) {
        self.startMilliseconds = startMilliseconds
        self.luma = luma
        self.isStandIn = isStandIn
        self.handle = handle
        self.orientation = orientation
    }

    /// This one, in the place of a later one that is left out.
    func standIn(at milliseconds: Int64) -> VideoFrame {
        VideoFrame(
            startMilliseconds: milliseconds,
            luma: luma,
            isStandIn: true,
            handle: handle,
            orientation: orientation
        )
    }

    /// The stored size, upright; pixels may not be square.
    package var size: (width: Int, height: Int) {
        orientation.size(handle.size.width, handle.size.height)
    }

    /// The frame's brightness, upright, larger than ``luma``; each pixel is the mean of those that it covers.
    ///
    /// - Parameter maxSide: a larger picture is scaled so that its longer side has so many pixels.
    /// - Returns: the image.
    /// - Throws: reject, where its pixel format can't be converted.
    package func luma(toFit maxSide: Int) throws(Fault) -> LumaImage {
        defer { withExtendedLifetime(handle) {} }
        return try LumaImage(handle.frame, orientation, LumaImage.size(size, toFit: maxSide), Scaler())
    }

    /// The frame in colour, upright and with square pixels. A frame that is kept holds its memory: take the picture, then let it go.
    ///
    /// - Parameter maxSide: a larger picture is scaled so that its longer side has so many pixels; nil keeps its size.
    /// - Returns: the picture.
    /// - Throws: reject, where its pixel format can't be converted.
    package func rgb(toFit maxSide: Int? = nil) throws(Fault) -> RGBImage {
        try RGBImage(handle.frame, orientation, toFit: maxSide)
    }

    /// The frame as JPEG holds it, upright and with square pixels.
    ///
    /// - Parameter maxSide: a larger picture is scaled so that its longer side has so many pixels; nil keeps its size.
    /// - Returns: the picture, which holds no memory of the decoder's.
    /// - Throws: reject, where its pixel format can't be converted.
    package func yuv(toFit maxSide: Int? = nil) throws(Fault) -> YUVImage {
        try YUVImage(handle.frame, orientation, toFit: maxSide)
    }
}
