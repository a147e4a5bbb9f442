import FoundationEssentials
import HTTPTypes

/// The form of `POST /v1/audio/transcriptions`.
struct TranscriptionRequest: Sendable {
    enum Format: String {
        case json, text
        case verbose = "verbose_json"
    }

    let sound: WaveFile
    let model: String?
    let format: Format
    /// The times of each word are asked for.
    let wantsWords: Bool

    /// Reads the form.
    ///
    /// - Throws: invalid or reject, with what is wrong about it.
    init(_ work: Work) throws {
        let form = try MultipartForm(work.body, contentType: work.headers[.contentType] ?? "")
        guard let file = form.first("file") else { throw ServingError.invalid("the form has no field named file") }
        sound = try WaveFile(file)
        model = form.text("model")
        let name = form.text("response_format") ?? Format.json.rawValue
        guard let format = Format(rawValue: name) else {
            throw ServingError.invalid("response_format is json, text or verbose_json, not \(name)")
        }
        self.format = format
        wantsWords = form.texts("timestamp_granularities[]").contains("word")
    }
}
