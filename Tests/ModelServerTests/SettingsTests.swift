import Testing

@testable import ModelServer

@Suite struct SettingsTests {
    @Test func whatIsNotSaidHasADefault() throws {
        let settings = try Settings(arguments: [], environment: ["MEDIA_EMBEDDING_MODEL": "/model"])
        #expect(settings.host == "127.0.0.1")
        #expect(settings.port == 0)
        #expect(settings.readyFile == nil)
        #expect(settings.speechModel == Settings.defaultSpeechModel)
        #expect(settings.engineCount >= 1)
    }

    @Test func whatIsSaidIsTaken() throws {
        let settings = try Settings(
            arguments: ["--host", "0.0.0.0", "--port", "8000", "--ready-file", "/ready"],
            environment: [
                "MEDIA_EMBEDDING_MODEL": "/model", "MEDIA_OCR_DATA": "/ocr", "MEDIA_SPEECH_MODEL": "/speech",
                "MEDIA_MODEL_ENGINES": "1",
            ]
        )
        #expect(settings.host == "0.0.0.0" && settings.port == 8_000 && settings.readyFile == "/ready")
        #expect(settings.ocrData == "/ocr" && settings.speechModel == "/speech" && settings.engineCount == 1)
    }

    @Test(arguments: [
        (["--port", "x"], ["MEDIA_EMBEDDING_MODEL": "/model"], "--port"),
        (["--port", "65536"], ["MEDIA_EMBEDDING_MODEL": "/model"], "--port"),
        (["--port"], ["MEDIA_EMBEDDING_MODEL": "/model"], "--port"),
        (["--model", "x"], ["MEDIA_EMBEDDING_MODEL": "/model"], "--model"),
        ([], [:], "MEDIA_EMBEDDING_MODEL"),
        ([], ["MEDIA_EMBEDDING_MODEL": "/model", "MEDIA_MODEL_ENGINES": "0"], "MEDIA_MODEL_ENGINES"),
    ])
    func whatIsWrongIsNamed(arguments: [String], environment: [String: String], name: String) throws {
        let wrong = try #require(throws: Settings.Wrong.self) {
            try Settings(arguments: arguments, environment: environment)
        }
        #expect(wrong.message.contains(name))
    }
}
