import FoundationEssentials

/// The answer to `POST /v1/embeddings`.
struct EmbeddingResponse: Encodable {
    struct Item: Encodable {
        let object = "embedding"
        let index: Int
        let embedding: Vector
    }

    struct Usage: Encodable {
        let prompt_tokens: Int
        let total_tokens: Int
    }

    enum Vector: Encodable {
        case floats([Float])
        /// Little-endian floats.
        case base64(String)

        func encode(to encoder: any Encoder) throws {
            var value = encoder.singleValueContainer()
            switch self {
            case .floats(let floats): try value.encode(floats)
            case .base64(let text): try value.encode(text)
            }
        }
    }

    let object = "list"
    let model = Models.embeddingName
    let data: [Item]
    let usage: Usage

    init(_ embeddings: [Embedding], encoding: EmbeddingRequest.Encoding) {
        data = embeddings.enumerated().map { index, embedding in
            let vector: Vector =
                switch encoding {
                case .float: .floats(embedding.vector)
                case .base64: .base64(embedding.vector.withUnsafeBytes { Data($0) }.base64EncodedString())
                }
            return Item(index: index, embedding: vector)
        }
        let tokenCount = embeddings.reduce(0) { $0 + $1.tokenCount }
        usage = Usage(prompt_tokens: tokenCount, total_tokens: tokenCount)
    }
}
