import COpenBLAS
import Pipeline

/// A BERT sentence encoder such as all-MiniLM-L6-v2: the mean of the last layer's tokens, as a unit vector.
///
/// Unchecked: the weights are read only, and every pass has its own scratch memory.
final class SentenceEncoder: @unchecked Sendable {
    /// Tokens that go through the encoder together; bounds the scratch memory.
    static let passTokenCount = 2_048

    let configuration: EncoderConfiguration
    private let tokenizer: WordPieceTokenizer
    /// Owns the memory that the layers point into.
    private let weights: SafeTensors
    private let words: UnsafePointer<Float>
    private let positions: UnsafePointer<Float>
    private let tokenType: UnsafePointer<Float>
    private let normalization: LayerNormalization
    private let layers: [EncoderLayer]

    /// Loads the model from a folder in the sentence-transformers layout.
    ///
    /// - Throws: reject, where a file is missing or does not fit the others.
    init(folder: String) throws(Fault) {
        configuration = try EncoderConfiguration(folder: folder)
        tokenizer = try WordPieceTokenizer(
            path: "\(folder)/tokenizer.json",
            vocabularySize: configuration.vocabularySize
        )
        weights = try SafeTensors(path: "\(folder)/model.safetensors")
        let size = configuration.hiddenSize
        words = try weights.floats("embeddings.word_embeddings.weight", shape: [configuration.vocabularySize, size])
        positions = try weights.floats(
            "embeddings.position_embeddings.weight",
            shape: [configuration.positionCount, size]
        )
        tokenType = try weights.floats("embeddings.token_type_embeddings.weight", shape: [2, size])
        normalization = try weights.normalization("embeddings.LayerNorm", size: size, epsilon: configuration.epsilon)
        var layers: [EncoderLayer] = []
        for index in 0..<configuration.layerCount {
            layers.append(try EncoderLayer(index, weights: weights, configuration: configuration))
        }
        self.layers = layers
        // Engines are the unit of parallel work here: one thread each.
        openblas_set_num_threads(1)
    }

    func tokens(_ text: String) -> [Int32] {
        tokenizer.tokens(text, atMost: configuration.maximumTokenCount)
    }

    /// The texts' vectors, in the order of the texts.
    func embed(_ texts: [String]) -> [Embedding] {
        var embeddings: [Embedding] = []
        var pass: [[Int32]] = []
        var passCount = 0
        for text in texts {
            let tokens = tokens(text)
            if passCount + tokens.count > Self.passTokenCount {
                embeddings += encode(pass)
                pass = []
                passCount = 0
            }
            pass.append(tokens)
            passCount += tokens.count
        }
        return embeddings + encode(pass)
    }

    /// One pass. The sequences lie one after another: none is padded, so none needs a mask.
    private func encode(_ sequences: [[Int32]]) -> [Embedding] {
        guard !sequences.isEmpty else { return [] }
        let lengths = sequences.map(\.count)
        let scratch = EncoderScratch(rowCount: lengths.reduce(0, +), configuration: configuration)
        embedTokens(sequences, into: scratch)
        for layer in layers {
            layer.apply(scratch, lengths: lengths)
        }
        var start = 0
        return lengths.map { length in
            defer { start += length }
            let vector = mean(scratch.hidden + start * configuration.hiddenSize, rowCount: length)
            return Embedding(vector: vector, tokenCount: length)
        }
    }

    private func embedTokens(_ sequences: [[Int32]], into scratch: EncoderScratch) {
        let size = configuration.hiddenSize
        var row = 0
        for tokens in sequences {
            for (position, token) in tokens.enumerated() {
                let output = scratch.hidden + row * size
                let word = words + Int(token) * size
                for column in 0..<size {
                    output[column] = word[column] + tokenType[column]
                }
                normalization.apply(output, rowCount: 1, adding: positions + position * size)
                row += 1
            }
        }
    }

    private func mean(_ rows: UnsafePointer<Float>, rowCount: Int) -> [Float] {
        var sums = [Float](repeating: 0, count: configuration.hiddenSize)
        for row in 0..<rowCount {
            for column in sums.indices {
                sums[column] += rows[row * sums.count + column]
            }
        }
        // A unit vector: dividing by the row count first would change nothing.
        let length = sums.reduce(0) { $0 + $1 * $1 }.squareRoot()
        let scale = 1 / max(length, .leastNormalMagnitude)
        return sums.map { $0 * scale }
    }
}
