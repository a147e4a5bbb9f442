import CLibAV
import Pipeline

extension Container {
    /// Whether only an exact decoder tells that a picture is cut off or damaged: of a JPEG, others show what there is.
    func needsExactness(_ index: Int) -> Bool {
        streams[index]?.pointee.codecpar.pointee.codec_id == AV_CODEC_ID_MJPEG
    }

    /// Decodes a stream's first frame as a picture, turned as its EXIF or the container says.
    ///
    /// - Parameters:
    ///   - index: of the stream.
    ///   - maxSide: a larger picture is scaled so that its longer side has so many pixels; nil keeps its size.
    ///   - exif: as it stands in the file.
    ///   - isExact: whether a damaged picture is none.
    /// - Returns: nil where there is none.
    /// - Throws: reject, where the stream or its pixel format can't be decoded; what the source throws.
    func picture(
        _ index: Int,
        toFit maxSide: Int?,
        exif: ExifFacts?,
        isExact: Bool
    ) throws(Fault) -> Picture? {
        let pass = try StreamPass(self, index, isExact: isExact)
        // The frame is the pass's.
        defer { withExtendedLifetime(pass) {} }
        guard let frame = try pass.next(), !isExact || pass.damagedPacketCount == 0 else { return nil }
        let tags = tags(frame.pointee.metadata)
        let turn = Orientation(tags: tags, exif: exif) ?? orientation(pass.packets.stream)
        // A still picture's density is for paper.
        frame.pointee.sample_aspect_ratio = AVRational(num: 0, den: 1)
        return Picture(image: try RGBImage(frame, turn, toFit: maxSide), tags: tags)
    }
}
