package import MediaDecode
package import Pipeline

extension Fingerprints {
    /// A picture's fingerprints: as it lies, with its bars and without, which others find it by; then how it would look
    /// cropped or turned a little, turned by quarters, or mirrored.
    package static func picture(_ own: PictureFingerprints, spectrum: PictureSpectrum) -> Fingerprints {
        let plain = own.plain.map { FrameFingerprint(hash: $0.hash, quality: $0.quality, isIndexed: true) }
        let laid = Dihedral.allCases.filter { $0 != .upright }.map { spectrum.hash($0) }
        let variants = (own.variants + laid).map {
            FrameFingerprint(hash: $0, quality: own.quality, isIndexed: false)
        }
        return .picture(plain + variants)
    }

    /// A picture's fingerprints, of its brightness.
    package static func picture(of luma: PictureLuma) -> Fingerprints {
        picture(PictureFingerprints(luma), spectrum: PictureSpectrum(luma.image))
    }

    /// A frame's fingerprints, as those of a picture.
    package static func picture(of luma: LumaImage) -> Fingerprints {
        picture(PictureFingerprints(luma), spectrum: PictureSpectrum(luma))
    }

    /// A sound's fingerprint as the catalog keeps it.
    package static func sound(_ fingerprint: SoundFingerprint) -> Fingerprints {
        .sound(SoundItems(items: fingerprint.items, itemMilliseconds: fingerprint.itemMilliseconds))
    }
}
