import Glibc

/// Cuts sound at its pauses, by loudness, into pieces that a recogniser takes whole.
///
/// A frame is loud where it stands out of the recording's own background; what is quieter than any speech is never
/// loud, so that silence gives no pieces and a recogniser can invent nothing on it.
enum PauseDetector {
    static let frameSampleCount = 160
    /// Full scale is 0 dB.
    static let silenceDecibels = -50.0
    /// How far speech stands above the background.
    static let riseDecibels = 9.0
    /// The share of frames that are taken for background.
    static let backgroundShare = 0.1
    /// A pause of so many frames ends a piece.
    static let pauseFrameCount = 50
    /// Kept before and after what is loud.
    static let marginFrameCount = 20
    /// A longer piece is cut at its quietest frame.
    static let pieceFrameLimit = 2_000

    /// The pieces' samples, in order and apart from each other.
    static func pieces(_ samples: [Int16]) -> [Range<Int>] {
        let loudness = loudness(samples)
        guard !loudness.isEmpty else { return [] }
        let background = loudness.sorted()[Int(Double(loudness.count) * backgroundShare)]
        // Speech without any pause is its own background: the threshold stays well under the loudest frame.
        let loudest = loudness.max() ?? silenceDecibels
        let threshold = max(silenceDecibels, min(background + riseDecibels, loudest - 2 * riseDecibels))
        var pieces: [Range<Int>] = []
        for index in loudness.indices where loudness[index] >= threshold {
            if let last = pieces.last, index - last.upperBound < pauseFrameCount {
                pieces[pieces.count - 1] = last.lowerBound..<index + 1
            } else {
                pieces.append(index..<index + 1)
            }
        }
        return pieces.flatMap { piece in
            let widened =
                max(piece.lowerBound - marginFrameCount, 0)..<min(piece.upperBound + marginFrameCount, loudness.count)
            return cut(widened, loudness).map { frames in
                frames.lowerBound * frameSampleCount..<min(frames.upperBound * frameSampleCount, samples.count)
            }
        }
    }

    private static func cut(_ frames: Range<Int>, _ loudness: [Double]) -> [Range<Int>] {
        var pieces: [Range<Int>] = []
        var rest = frames
        while rest.count > pieceFrameLimit {
            let candidates = rest.lowerBound + pieceFrameLimit / 2..<rest.lowerBound + pieceFrameLimit
            let quietest = candidates.min { loudness[$0] < loudness[$1] } ?? candidates.upperBound
            pieces.append(rest.lowerBound..<quietest)
            rest = quietest..<rest.upperBound
        }
        return pieces + [rest]
    }

    private static func loudness(_ samples: [Int16]) -> [Double] {
        stride(from: 0, to: samples.count, by: frameSampleCount).map { start in
            let frame = samples[start..<min(start + frameSampleCount, samples.count)]
            let squares = frame.reduce(0.0) { $0 + Double($1) * Double($1) }
            return 10 * log10(max(squares / Double(frame.count), 1) / (32_768 * 32_768))
        }
    }
}
