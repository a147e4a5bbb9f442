import FoundationEssentials
import Pipeline

/// Splits a text into the pieces that a BERT model was trained on, as its `tokenizer.json` lists them.
///
/// The file's own truncation and padding are left aside: the caller says how many tokens it wants.
struct WordPieceTokenizer: Sendable {
    /// Scalars of a text that are looked at; far more than any model's tokens need.
    static let scalarLimit = 65_536

    /// Keyed by UTF-8 bytes: Swift's strings would hold two spellings of one character for the same piece.
    private let vocabulary: [[UInt8]: Int32]
    private let addedTokens: [(content: [Unicode.Scalar], id: Int32)]
    private let longestPieceByteCount: Int
    private let maximumWordLength: Int
    private let unknownID: Int32
    private let startID: Int32
    private let endID: Int32

    /// Reads `tokenizer.json`.
    ///
    /// - Throws: reject, where it can't be read, is not WordPiece, or has an id that the model has no vector for.
    init(path: String, vocabularySize: Int) throws(Fault) {
        let file: TokenizerFile
        do {
            file = try JSONDecoder().decode(TokenizerFile.self, from: Data(contentsOf: URL(filePath: path)))
        } catch {
            throw .reject("embedding.load", "\(path) is not a WordPiece tokenizer", underlying: error)
        }
        guard file.model.type == "WordPiece", file.model.continuing_subword_prefix == "##",
            let unknown = file.model.vocab[file.model.unk_token],
            let start = file.model.vocab["[CLS]"], let end = file.model.vocab["[SEP]"],
            file.model.vocab.values.allSatisfy({ (0..<Int32(vocabularySize)).contains($0) }),
            file.added_tokens.allSatisfy({ (0..<Int32(vocabularySize)).contains($0.id) && !$0.content.isEmpty })
        else {
            throw .reject("embedding.load", "\(path) is not a WordPiece tokenizer for \(vocabularySize) pieces")
        }
        vocabulary = Dictionary(
            file.model.vocab.map { (Array($0.key.utf8), $0.value) },
            uniquingKeysWith: { first, _ in first }
        )
        addedTokens = file.added_tokens.map { (Array($0.content.unicodeScalars), $0.id) }
        longestPieceByteCount = vocabulary.keys.reduce(0) { max($0, $1.count) }
        maximumWordLength = file.model.max_input_chars_per_word
        (unknownID, startID, endID) = (unknown, start, end)
    }

    /// The ids of a text's pieces between the start and end tokens.
    ///
    /// - Parameters:
    ///   - text: any text; an empty one gives the two special tokens.
    ///   - count: at most so many ids, from 2.
    /// - Returns: 2 to `count` ids.
    func tokens(_ text: String, atMost count: Int) -> [Int32] {
        var ids = [startID]
        for segment in segments(text) {
            guard ids.count < count else { break }
            switch segment {
            case .added(let id):
                ids.append(id)
            case .text(let scalars):
                for word in BertNormalizer.words(scalars) {
                    guard ids.count < count else { break }
                    ids += pieces(word)
                }
            }
        }
        return ids.prefix(count - 1) + [endID]
    }

    private enum Segment {
        case added(Int32)
        case text(ArraySlice<Unicode.Scalar>)
    }

    /// Added tokens such as `[MASK]` are found in the text as it is, before it is normalised.
    private func segments(_ text: String) -> [Segment] {
        let scalars = Array(text.unicodeScalars.prefix(Self.scalarLimit))
        var segments: [Segment] = []
        var start = 0
        var index = 0
        while index < scalars.count {
            guard let token = addedTokens.first(where: { scalars[index...].starts(with: $0.content) }) else {
                index += 1
                continue
            }
            if start < index { segments.append(.text(scalars[start..<index])) }
            segments.append(.added(token.id))
            index += token.content.count
            start = index
        }
        if start < scalars.count { segments.append(.text(scalars[start...])) }
        return segments
    }

    /// The longest piece that fits, again and again; one unknown token where a rest fits none.
    private func pieces(_ word: [Unicode.Scalar]) -> [Int32] {
        guard word.count <= maximumWordLength else { return [unknownID] }
        var ids: [Int32] = []
        var rest = word[...]
        while !rest.isEmpty {
            guard let (id, length) = longestPiece(rest, continuing: !ids.isEmpty) else { return [unknownID] }
            ids.append(id)
            rest = rest.dropFirst(length)
        }
        return ids
    }

    private func longestPiece(_ rest: ArraySlice<Unicode.Scalar>, continuing: Bool) -> (id: Int32, length: Int)? {
        var bytes: [UInt8] = continuing ? Array("##".utf8) : []
        var ends: [Int] = []
        for scalar in rest {
            bytes += UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
            guard bytes.count <= longestPieceByteCount else { break }
            ends.append(bytes.count)
        }
        for (index, end) in ends.enumerated().reversed() {
            if let id = vocabulary[Array(bytes[..<end])] { return (id, index + 1) }
        }
        return nil
    }
}

/// The part of `tokenizer.json` that is needed; the fields' names are the file's.
private struct TokenizerFile: Decodable {
    struct AddedToken: Decodable {
        let id: Int32
        let content: String
    }

    struct Model: Decodable {
        let type: String
        let unk_token: String
        let continuing_subword_prefix: String
        let max_input_chars_per_word: Int
        let vocab: [String: Int32]
    }

    let added_tokens: [AddedToken]
    let model: Model
}
