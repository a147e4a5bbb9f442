internal import Cloud
internal import FoundationEssentials
internal import Pipeline

/// `POST /v1/audio/transcriptions`, with the times of words.
struct Transcription: Sendable {
    private static let sampleRate = 16_000

    private let caller: ModelCaller

    init(_ caller: ModelCaller) { self.caller = caller }

    func transcribe(_ samples: [Float]) async throws(Fault) -> ModelAnswer<[TimedWord]> {
        let file = WaveFile.bytes(samples, sampleRate: Self.sampleRate)
        var form = MultipartForm(sending: file)
        form.add("model", caller.model.name)
        form.add("response_format", "verbose_json")
        form.add("timestamp_granularities[]", "word")
        form.add("timestamp_granularities[]", "segment")
        form.add("file", file: "sound.wav", contentType: "audio/wav", file)
        let (_, body) = try await caller.post(
            "/v1/audio/transcriptions",
            ["Content-Type": form.contentType],
            form.body
        )
        let transcript: Transcript
        do { transcript = try JSONDecoder().decode(Transcript.self, from: Data(body)) } catch {
            throw caller.unreadable(error)
        }
        let seconds = Double(samples.count) / Double(Self.sampleRate)
        return ModelAnswer(
            output: transcript.timedWords(atMost: Int(seconds * 1000)),
            model: caller.model.version,
            units: transcript.usage?.seconds ?? transcript.duration ?? seconds
        )
    }
}
