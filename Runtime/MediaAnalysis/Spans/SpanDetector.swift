package import MediaDecode
package import Pipeline

/// Finds stretches that are black, that stand still, and that flash.
package struct SpanDetector {
    /// A frame is black where its mean and its spread are no higher; 0 to 255.
    private static let blackMean: Float = 12
    private static let blackDeviation: Float = 6
    private static let blackMilliseconds = 100
    /// Frames that differ less from the one before show nothing new.
    private static let frozenDistance: Float = 0.0005
    private static let frozenMean: Float = 0.25
    private static let frozenMilliseconds = 2000
    /// A flash raises the mean by so much and is gone after so long.
    private static let flashRise: Float = 25
    private static let flashMilliseconds = 200
    /// So many stretches are kept at most.
    private static let momentCount = 10_000

    package private(set) var moments: [Moment] = []
    private var black: Int?
    private var frozen: (start: Int, signature: FrameSignature)?
    /// The last frame before the picture became bright at once, and when it did.
    private var flash: (start: Int, before: FrameSignature)?
    private var previous: FrameSignature?

    package init() {}

    /// Takes the next frame.
    package mutating func add(_ luma: LumaImage, at milliseconds: Int) {
        add(FrameSignature(luma, at: milliseconds))
    }

    mutating func add(_ frame: FrameSignature) {
        let isBlack = frame.mean <= Self.blackMean && frame.deviation <= Self.blackDeviation
        if isBlack {
            black = black ?? frame.milliseconds
        } else {
            end(.black, from: black, at: frame.milliseconds, Self.blackMilliseconds)
            black = nil
        }
        follow(frame)
        noteFlash(frame)
        previous = frame
    }

    /// Passes over a frame that was left out: whether the picture stood still until the next one is not known.
    package mutating func skip() { (frozen, flash, previous) = (nil, nil, nil) }

    /// Ends what goes on.
    package mutating func finish(at milliseconds: Int) {
        end(.black, from: black, at: milliseconds, Self.blackMilliseconds)
        black = nil
        if let held = frozen, held.signature.mean > Self.blackMean {
            end(.freeze, from: held.start, at: milliseconds, Self.frozenMilliseconds)
        }
        frozen = nil
    }

    private mutating func follow(_ frame: FrameSignature) {
        guard let held = frozen else {
            frozen = (frame.milliseconds, frame)
            return
        }
        let isStill = abs(frame.mean - held.signature.mean) < Self.frozenMean
        guard !isStill || frame.distance(to: held.signature) >= Self.frozenDistance else { return }
        // Black that lasts is told as black alone.
        if held.signature.mean > Self.blackMean {
            end(.freeze, from: held.start, at: frame.milliseconds, Self.frozenMilliseconds)
        }
        frozen = (frame.milliseconds, frame)
    }

    private mutating func noteFlash(_ frame: FrameSignature) {
        guard let previous else { return }
        if let begun = flash {
            let isOver = frame.mean < begun.before.mean + Self.flashRise / 2
            let isSame = frame.movedDistance(from: begun.before) < 0.2
            if isOver, isSame { add(.flash, from: begun.start, to: frame.milliseconds) }
            if isOver || frame.milliseconds - begun.start > Self.flashMilliseconds { flash = nil }
        } else if frame.mean - previous.mean > Self.flashRise {
            flash = (frame.milliseconds, previous)
        }
    }

    private mutating func end(_ kind: MomentKind, from start: Int?, at end: Int, _ least: Int) {
        guard let start, end - start >= least else { return }
        add(kind, from: start, to: end)
    }

    private mutating func add(_ kind: MomentKind, from start: Int, to end: Int) {
        guard moments.count < Self.momentCount else { return }
        moments.append(Moment(kind: kind, startMilliseconds: start, endMilliseconds: end))
    }
}
