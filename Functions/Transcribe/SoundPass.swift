import MediaAnalysis
import MediaDecode
import Pipeline

/// All that is made of the sound while it is decoded once.
struct SoundPass {
    private var segmenter = SpeechSegmenter()
    private var meter = LoudnessMeter()
    private var outline = Waveform()
    private let fingerprinter: SoundFingerprinter

    init() throws(Fault) { fingerprinter = try SoundFingerprinter() }

    /// Takes a second of sound.
    ///
    /// - Returns: the stretches of speech that have ended.
    /// - Throws: retry, where there is no memory for the fingerprint.
    mutating func add(_ chunk: AudioChunk) throws(Fault) -> [SpeechSegment] {
        for sound in chunk.original { meter.add(sound) }
        outline.add(chunk.samples)
        try fingerprinter.add(chunk.samples)
        return segmenter.add(chunk.samples)
    }

    /// Ends the last stretch of speech.
    mutating func finish() -> SpeechSegment? { segmenter.finish() }

    var loudness: SoundLoudness { meter.loudness }
    var waveform: [UInt8] { outline.bytes }

    /// - Throws: retry, where there is no memory for it.
    func fingerprint() throws(Fault) -> SoundFingerprint { try fingerprinter.finish() }
}
