import Glibc

/// What the server is told at its start.
struct Settings: Sendable {
    static let defaultSpeechModel = "/usr/share/pocketsphinx/model/en-us"
    static let usage = """
        usage: media-modelserver [--host HOST] [--port PORT] [--ready-file PATH]

          --host HOST        the address to listen on; 127.0.0.1 where none is given
          --port PORT        the port; 0, the default, takes a free one
          --ready-file PATH  where http://HOST:PORT is written once every model is loaded

        environment:
          MEDIA_EMBEDDING_MODEL  folder of a sentence-transformers BERT model (required)
          MEDIA_OCR_DATA         folder of eng.traineddata; Tesseract's own where none is given
          MEDIA_SPEECH_MODEL     folder of the PocketSphinx models; \(defaultSpeechModel) where none is given
          MEDIA_MODEL_ENGINES    engines of each model, 1 to the number of cores, which is the default

        """

    let host: String
    let port: Int
    let readyFile: String?
    let embeddingModel: String
    let ocrData: String?
    let speechModel: String
    let engineCount: Int

    /// Why the server does not start: one line for a person.
    struct Wrong: Error {
        let message: String
    }

    /// Reads the settings.
    ///
    /// - Parameters:
    ///   - arguments: without the program's name.
    ///   - environment: by name.
    /// - Throws: the first that is wrong.
    init(arguments: [String], environment: [String: String]) throws(Wrong) {
        var options = ["--host": "127.0.0.1", "--port": "0"]
        var rest = arguments[...]
        while let name = rest.popFirst() {
            guard ["--host", "--port", "--ready-file"].contains(name) else {
                throw Wrong(message: "\(name) is not an option; --help lists them")
            }
            guard let value = rest.popFirst() else { throw Wrong(message: "\(name) needs a value") }
            options[name] = value
        }
        guard let port = options["--port"].flatMap(Int.init), (0...65_535).contains(port) else {
            throw Wrong(message: "--port is a number from 0 to 65535")
        }
        guard let embeddingModel = environment["MEDIA_EMBEDDING_MODEL"], !embeddingModel.isEmpty else {
            throw Wrong(message: "MEDIA_EMBEDDING_MODEL is not set: the folder of a sentence-transformers BERT model")
        }
        let coreCount = max(sysconf(Int32(_SC_NPROCESSORS_ONLN)), 1)
        let engines = environment["MEDIA_MODEL_ENGINES"] ?? String(coreCount)
        guard let engineCount = Int(engines), (1...coreCount).contains(engineCount) else {
            throw Wrong(message: "MEDIA_MODEL_ENGINES is a number from 1 to the number of cores, here \(coreCount)")
        }
        host = options["--host"] ?? "127.0.0.1"
        self.port = port
        readyFile = options["--ready-file"]
        self.embeddingModel = embeddingModel
        ocrData = environment["MEDIA_OCR_DATA"]
        speechModel = environment["MEDIA_SPEECH_MODEL"] ?? Self.defaultSpeechModel
        self.engineCount = engineCount
    }
}
