import Pipeline

/// The models that this server has.
struct Models: Sendable {
    static let embeddingName = "all-MiniLM-L6-v2"
    static let speechName = "pocketsphinx-en-us"
    static let ocrName = "ocr"

    let embedding: EnginePool<SentenceEncoder>
    let ocr: EnginePool<TextReader>
    let speech: EnginePool<SpeechRecognizer>

    init(_ settings: Settings) {
        embedding = EnginePool(engineCount: settings.engineCount) {
            let encoder = try SentenceEncoder(folder: settings.embeddingModel)
            _ = encoder.embed(["warm"])
            return encoder
        }
        ocr = EnginePool(engineCount: settings.engineCount) {
            let reader = try TextReader(dataFolder: settings.ocrData)
            let blank = [UInt8](repeating: 255, count: 64 * 64 * 3)
            _ = try reader.read(Picture(width: 64, height: 64, pixels: blank))
            return reader
        }
        speech = EnginePool(engineCount: settings.engineCount) {
            let recognizer = try SpeechRecognizer(folder: settings.speechModel)
            let hum = (0..<SpeechRecognizer.sampleRate).map { Int16($0 % 100 * 100) }
            _ = try recognizer.transcribe(hum, deadline: .now + .seconds(60))
            return recognizer
        }
    }

    var isReady: Bool { embedding.isReady && ocr.isReady && speech.isReady }

    /// Loads and warms every engine.
    ///
    /// - Throws: reject, where a model can't be loaded.
    func start() async throws {
        try await embedding.start()
        try await ocr.start()
        try await speech.start()
    }

    func stop() {
        embedding.stop()
        ocr.stop()
        speech.stop()
    }
}
