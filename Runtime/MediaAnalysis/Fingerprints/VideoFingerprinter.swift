package import MediaDecode
package import Pipeline

/// Takes a video's fingerprints while it is decoded: four hashes in a second, of equal ones in a row the first.
///
/// Bars are left out, so that a letterboxed copy has the hashes of its original. A video of any length has fewer than
/// `largestCount` fingerprints: in a very long one they stand further apart.
package struct VideoFingerprinter {
    package static let largestCount = 16_384
    private static let shortestPeriod = 250
    /// Frames that differ in fewer bits look the same.
    private static let equalDistance = 10
    /// A frame this near to one of the last indexed ones says nothing new.
    private static let newDistance = 16
    private static let indexedPeriod = 500
    private static let rememberedCount = 4
    /// What is a bar stays one for so many looks: dark edges of a scene do not.
    private static let windowCount = 6
    /// A frame whose brightness differs by no more shows nothing, and no bars either.
    private static let evenness: UInt8 = 14

    private let largestCount: Int
    private var period = shortestPeriod
    private var due = 0
    private var end = 0
    private var prints: [FrameFingerprint] = []
    private var windows: [PictureWindow] = []
    private var remembered: [PictureHash] = []
    private var lastIndexed: Int?

    /// Begins a video; it will have fewer fingerprints than `largestCount`.
    package init(largestCount: Int = VideoFingerprinter.largestCount) { self.largestCount = largestCount }

    /// Takes the next frame, and looks at it where its time has come.
    ///
    /// - Parameters:
    ///   - luma: a small picture of it; less than 64 pixels on a side are too few.
    ///   - milliseconds: from the start; never before that of the frame before.
    package mutating func add(_ luma: LumaImage, at milliseconds: Int) {
        end = max(end, milliseconds)
        guard milliseconds >= due else { return }
        due = (milliseconds / period + 1) * period
        let spectrum = PictureSpectrum(luma, window(of: luma))
        append(spectrum.hash(), quality: spectrum.quality, at: milliseconds)
        if prints.count >= largestCount { thin() }
    }

    /// Ends the video.
    ///
    /// - Parameter milliseconds: where it ends, where that is known: the last frame lasts until then.
    /// - Returns: its fingerprints by time.
    package func finish(at milliseconds: Int = 0) -> [FrameFingerprint] {
        guard let last = prints.last else { return [] }
        return prints.dropLast() + [last.ending(at: max(end, milliseconds, last.startMilliseconds + 1))]
    }

    private mutating func append(_ hash: PictureHash, quality: Int, at milliseconds: Int) {
        if let last = prints.popLast() {
            prints.append(last.ending(at: milliseconds))
            if last.hash.distance(to: hash) <= Self.equalDistance { return }
        }
        let isNew = !remembered.contains { $0.distance(to: hash) <= Self.newDistance }
        let isSoon = lastIndexed.map { milliseconds - $0 < Self.indexedPeriod } ?? false
        let isIndexed = isNew && !isSoon && quality >= MatchLimits.quality
        if isIndexed {
            lastIndexed = milliseconds
            remembered = remembered.suffix(Self.rememberedCount - 1) + [hash]
        }
        prints.append(
            FrameFingerprint(
                startMilliseconds: milliseconds,
                endMilliseconds: milliseconds + period,
                hash: hash,
                quality: quality,
                isIndexed: isIndexed
            )
        )
    }

    /// What none of the last frames has had as a bar.
    private mutating func window(of luma: LumaImage) -> PictureWindow {
        let whole = PictureWindow(luma)
        if let least = luma.pixels.min(), let most = luma.pixels.max(), most - least > Self.evenness {
            let window = PictureBorder.content(of: luma, within: whole) ?? whole
            windows = windows.suffix(Self.windowCount - 1) + [window]
        }
        guard let first = windows.first else { return whole }
        return windows.dropFirst().reduce(first) { $0.joined(with: $1) }
    }

    /// Leaves every second fingerprint, each until the next one's start, and looks half as often from here on.
    private mutating func thin() {
        period *= 2
        let kept = stride(from: 0, to: prints.count, by: 2).map { prints[$0] }
        prints = kept.enumerated().map { index, print in
            print.ending(at: index + 1 < kept.count ? kept[index + 1].startMilliseconds : print.endMilliseconds)
        }
    }
}

extension FrameFingerprint {
    fileprivate func ending(at milliseconds: Int) -> FrameFingerprint {
        FrameFingerprint(
            startMilliseconds: startMilliseconds,
            endMilliseconds: milliseconds,
            hash: hash,
            quality: quality,
            isIndexed: isIndexed
        )
    }
}

extension PictureWindow {
    /// The least window that both lie in.
    fileprivate func joined(with other: PictureWindow) -> PictureWindow {
        let (left, top) = (min(x, other.x), min(y, other.y))
        return PictureWindow(
            x: left,
            y: top,
            width: max(x + width, other.x + other.width) - left,
            height: max(y + height, other.y + other.height) - top
        )
    }
}
