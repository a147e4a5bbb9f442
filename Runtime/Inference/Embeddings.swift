internal import Cloud
internal import FoundationEssentials
internal import Pipeline

/// `POST /v1/embeddings`.
struct Embeddings: Sendable {
    /// Servers take at least so many texts at once.
    private static let batchCount = 32

    private let caller: ModelCaller

    init(_ caller: ModelCaller) { self.caller = caller }

    func embed(_ texts: [String]) async throws(Fault) -> ModelAnswer<[[Float]]> {
        var vectors: [[Float]] = []
        var units = 0.0
        for start in stride(from: 0, to: texts.count, by: Self.batchCount) {
            let batch = Array(texts[start..<min(start + Self.batchCount, texts.count)])
            let answer = try await ask(batch)
            vectors += try ordered(answer, count: batch.count)
            units += answer.usage?.tokenCount.map(Double.init) ?? Double(batch.count)
        }
        guard Set(vectors.map(\.count)).count < 2 else { throw caller.unreadable() }
        return ModelAnswer(output: vectors, model: caller.model.version, units: units)
    }

    private func ask(_ texts: [String]) async throws(Fault) -> Answer {
        let question = Question(model: caller.model.name, input: texts)
        do {
            let (_, body) = try await caller.post(
                "/v1/embeddings",
                ["Content-Type": "application/json"],
                [UInt8](JSONEncoder().encode(question))
            )
            return try JSONDecoder().decode(Answer.self, from: Data(body))
        } catch let fault as Fault {
            throw fault
        } catch {
            throw caller.unreadable(error)
        }
    }

    /// One vector of length 1 per text.
    private func ordered(_ answer: Answer, count: Int) throws(Fault) -> [[Float]] {
        var vectors = [[Float]](repeating: [], count: count)
        for item in answer.data {
            guard vectors.indices.contains(item.index), let vector = item.embedding.normalized else {
                throw caller.unreadable()
            }
            vectors[item.index] = vector
        }
        guard !vectors.contains(where: \.isEmpty) else { throw caller.unreadable() }
        return vectors
    }

    private struct Question: Encodable {
        enum CodingKeys: String, CodingKey {
            case model, input
            case encoding = "encoding_format"
        }
        let model: String
        let input: [String]
        let encoding = "base64"
    }

    private struct Answer: Decodable {
        struct Item: Decodable {
            let index: Int
            let embedding: EmbeddingVector
        }
        struct Usage: Decodable {
            enum CodingKeys: String, CodingKey { case tokenCount = "total_tokens" }
            let tokenCount: Int?
        }
        let data: [Item]
        let usage: Usage?
    }
}
