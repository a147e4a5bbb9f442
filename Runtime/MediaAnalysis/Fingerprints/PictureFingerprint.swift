package import MediaDecode
package import Pipeline

/// A picture's hash with what it is worth.
package struct PictureFingerprint: Hashable, Sendable {
    package let hash: PictureHash
    /// How much there is to see, 0 to 100: a black or even picture has 0, and equals every other one. From
    /// ``MatchLimits/quality`` on it is worth comparing.
    package let quality: Int

    package init(hash: PictureHash, quality: Int) {
        self.hash = hash
        self.quality = quality
    }

    /// Takes a picture's or frame's fingerprint, as it lies.
    package init(_ luma: LumaImage) {
        self.init(Places(luma, PictureWindow(luma)))
    }

    init(_ places: Places) {
        let spectrum = PictureSpectrum(places)
        self.init(hash: spectrum.hash(), quality: spectrum.quality)
    }
}
