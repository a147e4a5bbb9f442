import CPocketSphinx
import Pipeline

/// PocketSphinx with one language's models; used by one thread at a time.
final class SpeechRecognizer {
    static let sampleRate = 16_000
    /// The decoder's frames, which are the pause detector's too.
    static let framesPerSecond = 100.0

    private let decoder: OpaquePointer

    /// Loads the models.
    ///
    /// - Parameter folder: holds `en-us` (acoustic), `en-us.lm.bin` and `cmudict-en-us.dict`.
    /// - Throws: reject, where one can't be read.
    init(folder: String) throws(Fault) {
        err_set_logfp(nil)
        let settings = media_sphinx_settings(
            "\(folder)/en-us",
            "\(folder)/en-us.lm.bin",
            "\(folder)/cmudict-en-us.dict"
        )
        guard let settings else { throw .reject("speech.load", "PocketSphinx does not take its settings") }
        // The decoder keeps its own reference.
        defer { cmd_ln_free_r(settings) }
        guard let decoder = ps_init(settings) else {
            throw .reject("speech.load", "no PocketSphinx model in \(folder)")
        }
        self.decoder = decoder
    }

    deinit {
        ps_free(decoder)
    }

    /// What is said in the samples, 16,000 a second.
    ///
    /// - Parameters:
    ///   - samples: one channel.
    ///   - deadline: no piece is begun after it.
    /// - Returns: in order; segments without words are left out.
    /// - Throws: expired, where the deadline passes; retry, where the decoder fails.
    func transcribe(_ samples: [Int16], deadline: ContinuousClock.Instant) throws -> [SpokenSegment] {
        var segments: [SpokenSegment] = []
        for piece in PauseDetector.pieces(samples) {
            guard ContinuousClock.now < deadline else { throw ServingError.expired }
            let words = try decode(samples[piece], startFrame: piece.lowerBound / PauseDetector.frameSampleCount)
            if let first = words.first, let last = words.last {
                segments.append(
                    SpokenSegment(startSeconds: first.startSeconds, endSeconds: last.endSeconds, words: words)
                )
            }
        }
        return segments
    }

    private func decode(_ samples: ArraySlice<Int16>, startFrame: Int) throws(Fault) -> [SpokenWord] {
        // A new stream: what was learned about the background of another sound is forgotten.
        guard ps_start_stream(decoder) == 0, ps_start_utt(decoder) == 0 else { throw .retry("speech.transcribe") }
        let frameCount = samples.withUnsafeBufferPointer {
            ps_process_raw(decoder, $0.baseAddress, $0.count, 0, 1)
        }
        guard ps_end_utt(decoder) == 0, frameCount >= 0 else { throw .retry("speech.transcribe") }
        var words: [SpokenWord] = []
        // The iterator frees itself at its end.
        var segment = ps_seg_iter(decoder)
        while let current = segment {
            if let word = word(current, startFrame: startFrame) { words.append(word) }
            segment = ps_seg_next(current)
        }
        return words
    }

    private func word(_ segment: OpaquePointer, startFrame: Int) -> SpokenWord? {
        guard let characters = ps_seg_word(segment), let text = Self.plain(String(cString: characters)) else {
            return nil
        }
        var (first, last): (Int32, Int32) = (0, 0)
        ps_seg_frames(segment, &first, &last)
        let probability = logmath_exp(ps_get_logmath(decoder), ps_seg_prob(segment, nil, nil, nil))
        return SpokenWord(
            text: text,
            startSeconds: Double(startFrame + Int(first)) / Self.framesPerSecond,
            endSeconds: Double(startFrame + Int(last) + 1) / Self.framesPerSecond,
            confidence: min(max(probability, 0), 1)
        )
    }

    /// The word without the mark of its pronunciation, as in `a(2)`; nil for what is no word, as in `<sil>`, `[NOISE]`.
    static func plain(_ word: String) -> String? {
        guard let first = word.first, !"<[+".contains(first) else { return nil }
        guard word.hasSuffix(")"), let bracket = word.lastIndex(of: "("), bracket > word.startIndex else { return word }
        return String(word[..<bracket])
    }
}
