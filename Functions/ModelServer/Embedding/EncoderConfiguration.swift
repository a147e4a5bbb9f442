import FoundationEssentials
import Pipeline

/// The shape of a BERT encoder, from its `config.json` and `sentence_bert_config.json`.
struct EncoderConfiguration: Sendable {
    let hiddenSize: Int
    let headCount: Int
    let layerCount: Int
    let intermediateSize: Int
    let vocabularySize: Int
    let positionCount: Int
    let epsilon: Float
    /// Longer texts are cut to so many tokens, the two special ones included.
    let maximumTokenCount: Int

    var headSize: Int { hiddenSize / headCount }

    /// Reads both files from the model's folder.
    ///
    /// - Throws: reject, where one is missing, or describes an encoder that this code does not compute.
    init(folder: String) throws(Fault) {
        let config: Config = try Self.read("\(folder)/config.json")
        let sentence: SentenceConfig = try Self.read("\(folder)/sentence_bert_config.json")
        guard config.hidden_act == "gelu", config.num_attention_heads > 0,
            config.hidden_size % config.num_attention_heads == 0,
            (2...config.max_position_embeddings).contains(sentence.max_seq_length)
        else {
            throw .reject("embedding.load", "\(folder)/config.json is not a BERT encoder with the activation gelu")
        }
        hiddenSize = config.hidden_size
        headCount = config.num_attention_heads
        layerCount = config.num_hidden_layers
        intermediateSize = config.intermediate_size
        vocabularySize = config.vocab_size
        positionCount = config.max_position_embeddings
        epsilon = config.layer_norm_eps
        maximumTokenCount = sentence.max_seq_length
    }

    private static func read<Value: Decodable>(_ path: String) throws(Fault) -> Value {
        do {
            return try JSONDecoder().decode(Value.self, from: Data(contentsOf: URL(filePath: path)))
        } catch {
            throw .reject("embedding.load", "\(path) can't be read", underlying: error)
        }
    }
}

/// The fields' names are the file's.
private struct Config: Decodable {
    let hidden_act: String
    let hidden_size: Int
    let num_attention_heads: Int
    let num_hidden_layers: Int
    let intermediate_size: Int
    let vocab_size: Int
    let max_position_embeddings: Int
    let layer_norm_eps: Float
}

private struct SentenceConfig: Decodable {
    let max_seq_length: Int
}
