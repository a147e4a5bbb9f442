package import MediaDecode

/// A picture's hash with what it is worth.
package struct PictureFingerprint: Hashable, Codable, Sendable {
    /// From here on a hash is worth comparing (PDQ's advice).
    package static let usefulQuality = 50

    package let hash: PerceptualHash
    /// How much there is to see, 0 to 100: a black or even picture has 0, and equals every other one.
    package let quality: Int

    package init(hash: PerceptualHash, quality: Int) {
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
