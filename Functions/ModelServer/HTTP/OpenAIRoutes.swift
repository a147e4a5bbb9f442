import Hummingbird
import Logging

/// The endpoints that OpenAI's clients know, as vLLM and TEI serve them too.
struct OpenAIRoutes: Sendable {
    let models: Models
    let bodies: ByteBudget
    let logger: Logger

    func add(to router: Router<BasicRequestContext>) {
        router.get("/v1/models") { _, _ in Response.json(ModelList()) }
        router.post("/v1/embeddings") { request, _ in
            await Work.answer(request, .openAI, bodies, logger: logger, embed)
        }
        router.post("/v1/audio/transcriptions") { request, _ in
            await Work.answer(request, .openAI, bodies, logger: logger, transcribe)
        }
    }

    private func embed(_ work: Work) async throws -> Response {
        let request = try work.json(EmbeddingRequest.self, shape: "input: a text or a list of texts")
        try check(request.model, is: Models.embeddingName)
        guard (1...EmbeddingRequest.inputLimit).contains(request.inputs.count) else {
            throw ServingError.invalid(
                "\(request.inputs.count) inputs; one request takes 1 to \(EmbeddingRequest.inputLimit)"
            )
        }
        let embeddings = try await models.embedding.run(deadline: work.deadline) { $0.embed(request.inputs) }
        return .json(EmbeddingResponse(embeddings, encoding: request.encoding))
    }

    private func transcribe(_ work: Work) async throws -> Response {
        let request = try TranscriptionRequest(work)
        try check(request.model, is: Models.speechName)
        let segments = try await models.speech.run(deadline: work.deadline) { recognizer in
            try recognizer.transcribe(
                request.sound.resampled(to: SpeechRecognizer.sampleRate),
                deadline: work.deadline
            )
        }
        let answer = TranscriptionResponse(segments, request)
        return request.format == .text
            ? Response(body: Array("\(answer.text)\n".utf8), contentType: "text/plain; charset=utf-8")
            : .json(answer)
    }

    /// A request may leave the model's name out: there is one of each kind.
    private func check(_ asked: String?, is name: String) throws {
        guard let asked, !asked.isEmpty, asked != name else { return }
        throw ServingError.notFound("the model \(asked) is not here; this endpoint has \(name)")
    }
}

/// The answer to `GET /v1/models`.
private struct ModelList: Encodable {
    struct Item: Encodable {
        let id: String
        let object = "model"
        let created = 0
        let owned_by = "media"
    }

    let object = "list"
    let data = [Models.embeddingName, Models.speechName, Models.ocrName].map(Item.init)
}
