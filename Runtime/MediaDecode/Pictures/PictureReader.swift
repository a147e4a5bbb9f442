package import Pipeline

/// Reads still pictures: JPEG, PNG, WebP, TIFF, BMP and the first frame of a GIF.
package enum PictureReader {
    /// Reads a picture and turns it as its EXIF says. What is transparent shows the colour stored under it.
    ///
    /// - Parameters:
    ///   - source: the file's bytes.
    ///   - maxSide: a larger picture is scaled so that its longer side has so many pixels; nil keeps its size.
    ///   - limits: what it may ask of this process.
    /// - Returns: the picture and its tags.
    /// - Throws: as ``MediaReader/open(_:limits:)``; reject, where there is no picture or it is damaged.
    package static func decode(
        _ source: any ByteSource,
        toFit maxSide: Int? = nil,
        limits: MediaLimits = MediaLimits()
    ) async throws(Fault) -> Picture {
        try await MediaReader.open(source, limits: limits).picture(toFit: maxSide)
    }
}
