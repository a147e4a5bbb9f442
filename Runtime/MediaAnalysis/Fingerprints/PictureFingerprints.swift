package import MediaDecode
package import Pipeline

/// A picture's hashes: of what it shows, and of what it would show if it were cropped or turned a little.
package struct PictureFingerprints: Hashable, Sendable {
    /// What stays of either side of the cropped variant.
    private static let croppedShare = 0.9
    private static let turnedDegrees = 3.5

    /// As the picture lies; then without the bars around it, where it has some.
    package let plain: [PictureFingerprint]
    /// Of the picture without bars: its middle, and turned to either side.
    package let variants: [PictureHash]

    package init(plain: [PictureFingerprint], variants: [PictureHash]) {
        (self.plain, self.variants) = (plain, variants)
    }

    /// Takes a picture's fingerprints.
    package init(_ luma: PictureLuma) { self.init(luma.image, PictureWindow(luma)) }

    /// Takes a frame's fingerprints.
    package init(_ luma: LumaImage) { self.init(luma, PictureWindow(luma)) }

    private init(_ luma: LumaImage, _ whole: PictureWindow) {
        let content = PictureBorder.content(of: luma, within: whole)
        var plain: [PictureFingerprint] = []
        var places = Places(luma, whole)
        plain.append(PictureFingerprint(places))
        if let content {
            places = Places(luma, content)
            plain.append(PictureFingerprint(places))
        }
        let window = content ?? whole
        let aspect = window.width / max(window.height, 1)
        let turns = [(0, Self.croppedShare), (-Self.turnedDegrees, 1), (Self.turnedDegrees, 1)]
        variants = turns.map { degrees, share in
            PictureSpectrum(places.turned(degrees: degrees, keeping: share, aspect: aspect)).hash()
        }
        self.plain = plain
    }

    /// The best of the plain hashes' quality.
    package var quality: Int { plain.map(\.quality).max() ?? 0 }

    /// How far two pictures are from each other: the least distance of a plain hash from any of the other's.
    package func distance(to other: PictureFingerprints) -> Int {
        min(leastDistance(to: other), other.leastDistance(to: self))
    }

    private func leastDistance(to other: PictureFingerprints) -> Int {
        var least = PictureHash.bitCount
        for one in plain {
            for two in other.plain { least = min(least, one.hash.distance(to: two.hash)) }
            for two in other.variants { least = min(least, one.hash.distance(to: two)) }
        }
        return least
    }
}
