/// The body of `POST /v1/embeddings`.
struct EmbeddingRequest: Decodable, Sendable {
    static let inputLimit = 256

    enum Encoding: String, Decodable, Sendable {
        case float, base64
    }

    let inputs: [String]
    let model: String?
    let encoding: Encoding

    enum CodingKeys: String, CodingKey {
        case input, model
        case encoding = "encoding_format"
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        if let one = try? fields.decode(String.self, forKey: .input) {
            inputs = [one]
        } else {
            inputs = try fields.decode([String].self, forKey: .input)
        }
        model = try fields.decodeIfPresent(String.self, forKey: .model)
        encoding = try fields.decodeIfPresent(Encoding.self, forKey: .encoding) ?? .float
    }
}
