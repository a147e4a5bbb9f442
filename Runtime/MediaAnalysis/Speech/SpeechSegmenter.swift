/// Cuts sound into stretches that hold speech, at its pauses; silence, noise, tones and music are left out, so that no
/// model hears them and invents words.
///
/// Loudness is taken in frames of 20 ms against a floor that follows the background; what is loud is then judged.
package struct SpeechSegmenter {
    /// Samples of 20 ms.
    private static let frame = 320
    private static let frameMilliseconds = 20
    /// 200 ms before speech is heard, and kept of the pause after it.
    private static let margin = 10
    /// A pause of 500 ms ends a segment.
    private static let pause = 25
    /// 30 s: what a speech model takes at once.
    private static let longest = 1500
    /// Two seconds: what is longer behind a cut is judged by itself.
    private static let rest = 100
    /// Less than 100 ms of sound is a click.
    private static let shortest = 5
    /// Root mean square below which nobody hears anything.
    private static let quietest: Float = 0.003
    /// A background louder than this is not told from speech: a model hears it all.
    private static let loudestFloor: Float = 0.02

    package init() {}

    private var rest: [Float] = []
    private var frameCount = 0
    private var floor: Float = 1
    private var before: [[Float]] = []
    private var open: (startFrame: Int, samples: [Float], loud: Int, quiet: Int)?
    private var analyzer = VoiceAnalyzer()
    /// Where speech was cut because it is long: what goes on there is speech too, be it the rest of a word.
    private var continuedFrame: Int?

    /// Takes the next samples.
    ///
    /// - Returns: the segments that have ended.
    package mutating func add(_ samples: [Float]) -> [SpeechSegment] {
        rest += samples
        var ended: [SpeechSegment] = []
        var position = 0
        while rest.count - position >= Self.frame {
            if let segment = take(Array(rest[position..<position + Self.frame])) { ended.append(segment) }
            position += Self.frame
        }
        rest.removeFirst(position)
        return ended
    }

    /// Ends the last segment.
    package mutating func finish() -> SpeechSegment? { close() }

    private mutating func take(_ samples: [Float]) -> SpeechSegment? {
        defer { frameCount += 1 }
        let loudness = (samples.reduce(0) { $0 + $1 * $1 } / Float(Self.frame)).squareRoot()
        // Falls at once and rises by a tenth in a second.
        floor = min(max(min(loudness, floor * 1.002), 1e-5), Self.loudestFloor)
        let isLoud = loudness > max(Self.quietest, 2 * floor)
        guard var segment = open else {
            guard isLoud else {
                before.append(samples)
                if before.count > Self.margin { before.removeFirst() }
                return nil
            }
            open = (frameCount - before.count, before.flatMap(\.self) + samples, 1, 0)
            before = []
            return nil
        }
        open = nil
        segment.samples += samples
        segment.loud += isLoud ? 1 : 0
        segment.quiet = isLoud ? 0 : segment.quiet + 1
        open = segment
        let isLong = segment.samples.count >= Self.longest * Self.frame
        guard segment.quiet < Self.pause, isLong else { return segment.quiet >= Self.pause ? close() : nil }
        let ended = close()
        continuedFrame = ended == nil ? nil : frameCount + 1
        return ended
    }

    private mutating func close() -> SpeechSegment? {
        guard let segment = open else { return nil }
        open = nil
        let excess = max(0, segment.quiet - Self.margin) * Self.frame
        let samples = Array(segment.samples.dropLast(excess))
        before = []
        guard segment.loud >= Self.shortest, isContinued(segment.startFrame, samples) || isSpeech(samples) else {
            return nil
        }
        return SpeechSegment(startMilliseconds: segment.startFrame * Self.frameMilliseconds, samples: samples)
    }

    private func isContinued(_ startFrame: Int, _ samples: [Float]) -> Bool {
        startFrame == continuedFrame && samples.count <= Self.rest * Self.frame
    }

    private mutating func isSpeech(_ samples: [Float]) -> Bool {
        let ends = stride(from: VoiceAnalyzer.length, through: samples.count, by: VoiceAnalyzer.hop)
        return SpeechJudge.isSpeech(ends.map { analyzer.frame(samples[$0 - VoiceAnalyzer.length..<$0]) })
    }
}
