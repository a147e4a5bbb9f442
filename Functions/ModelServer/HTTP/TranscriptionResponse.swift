/// The answer to `POST /v1/audio/transcriptions`; the fields after `usage` are of the verbose form alone.
struct TranscriptionResponse: Encodable {
    struct Usage: Encodable {
        let type = "duration"
        let seconds: Double
    }

    struct Segment: Encodable {
        let id: Int
        let start: Double
        let end: Double
        let text: String
    }

    struct Word: Encodable {
        let word: String
        let start: Double
        let end: Double
        let probability: Double
    }

    let text: String
    let usage: Usage
    let task: String?
    let language: String?
    let duration: Double?
    let segments: [Segment]?
    let words: [Word]?

    init(_ segments: [SpokenSegment], _ request: TranscriptionRequest) {
        let isVerbose = request.format == .verbose
        text = segments.map(\.text).joined(separator: " ")
        usage = Usage(seconds: request.sound.durationSeconds)
        task = isVerbose ? "transcribe" : nil
        language = isVerbose ? "english" : nil
        duration = isVerbose ? request.sound.durationSeconds : nil
        self.segments =
            isVerbose
            ? segments.enumerated().map { index, segment in
                Segment(id: index, start: segment.startSeconds, end: segment.endSeconds, text: segment.text)
            } : nil
        words =
            isVerbose && request.wantsWords
            ? segments.flatMap(\.words).map { word in
                Word(word: word.text, start: word.startSeconds, end: word.endSeconds, probability: word.confidence)
            } : nil
    }
}
