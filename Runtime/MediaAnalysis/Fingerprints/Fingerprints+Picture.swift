package import MediaDecode
package import Pipeline

extension Fingerprints {
    /// A picture's fingerprints: as it lies, which others find it by, the seven other ways to lay it down, and without its
    /// border where it has one.
    package static func picture(of luma: LumaImage) -> Fingerprints {
        let whole = PictureSpectrum(luma)
        var prints = Dihedral.allCases.map { side in
            FrameFingerprint(
                hash: PictureHash(whole.hash(side)),
                quality: whole.quality,
                isIndexed: side == .upright
            )
        }
        if let border = Border(around: luma), border != .none {
            let inner = PictureFingerprint(border.removed(from: luma))
            prints.append(FrameFingerprint(hash: PictureHash(inner.hash), quality: inner.quality, isIndexed: true))
        }
        return .picture(prints)
    }

    /// A sound's fingerprint as the catalog keeps it.
    package static func sound(_ fingerprint: SoundFingerprint) -> Fingerprints {
        .sound(SoundItems(items: fingerprint.items, itemMilliseconds: fingerprint.itemMilliseconds))
    }
}

extension PictureHash {
    package init(_ hash: PerceptualHash) {
        self.init(words: SIMD4(hash.word0, hash.word1, hash.word2, hash.word3))
    }
}
