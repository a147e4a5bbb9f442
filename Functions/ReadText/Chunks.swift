/// A document's text in pieces of a size that a model of meaning takes in whole.
///
/// A piece ends behind a sentence, and the next begins with the last of what came before it, so that no thought is cut
/// for good. Pieces do not cross pages.
enum Chunks {
    /// Characters of a piece.
    static let length = 800
    /// Characters, about 15 %, that a piece has in common with the one before.
    static let overlap = 120

    /// Cuts a document. One that fits a single piece keeps its paragraphs, so that a hit names the one that is meant.
    static func chunks(_ paragraphs: [Paragraph]) -> [Paragraph] {
        let length = paragraphs.reduce(0) { $0 + $1.text.count }
        guard length > Self.length else { return paragraphs }
        var chunks: [Paragraph] = []
        var rest = paragraphs[...]
        while let first = rest.first {
            let page = first.page
            let next = rest.firstIndex { $0.page != page } ?? rest.endIndex
            chunks += pieces(rest[..<next]).map { Paragraph(text: $0, page: page) }
            rest = rest[next...]
        }
        return chunks
    }

    /// Sentences that follow each other, as many to a piece as fit.
    private static func pieces(_ paragraphs: ArraySlice<Paragraph>) -> [String] {
        var pieces: [String] = []
        var current: [(text: String, count: Int, isLast: Bool)] = []
        var count = 0
        var isNew = false
        func text() -> String {
            current.indices.map { index in
                let isEnd = index == current.count - 1
                return current[index].text + (isEnd ? "" : current[index].isLast ? "\n" : " ")
            }.joined()
        }
        for paragraph in paragraphs {
            let sentences = sentences(of: paragraph.text)
            for (index, sentence) in sentences.enumerated() {
                let size = sentence.count
                if isNew, count + size + 1 > length {
                    pieces.append(text())
                    current = tail(of: current, atMost: min(overlap, length - size - 1))
                    count = current.reduce(0) { $0 + $1.count + 1 }
                    isNew = false
                }
                current.append((sentence, size, index == sentences.count - 1))
                count += size + 1
                isNew = true
            }
        }
        if isNew { pieces.append(text()) }
        return pieces
    }

    /// The last whole sentences that fit; of a longer one, its last words.
    private static func tail(
        of sentences: [(text: String, count: Int, isLast: Bool)],
        atMost limit: Int
    ) -> [(text: String, count: Int, isLast: Bool)] {
        guard limit > 0, let last = sentences.last else { return [] }
        guard last.count <= limit else {
            let words = last.text.suffix(limit).drop { !$0.isWhitespace }.drop(while: \.isWhitespace)
            return words.isEmpty ? [] : [(String(words), words.count, last.isLast)]
        }
        var kept: [(text: String, count: Int, isLast: Bool)] = []
        var count = 0
        for sentence in sentences.reversed() {
            count += sentence.count + 1
            guard count <= limit + 1 else { break }
            kept.insert(sentence, at: 0)
        }
        return kept
    }

    /// Parts a paragraph behind its sentences; one that is longer than a piece is cut between words.
    static func sentences(of paragraph: String) -> [String] {
        var sentences: [String] = []
        var rest = paragraph[...]
        while let end = sentenceEnd(in: rest) {
            sentences += cut(rest[..<end])
            rest = rest[end...].drop(while: \.isWhitespace)
        }
        return sentences + cut(rest)
    }

    private static func sentenceEnd(in text: Substring) -> String.Index? {
        var index = text.startIndex
        while index < text.endIndex {
            let next = text.index(after: index)
            switch text[index] {
            case "。", "！", "？": return next
            case ".", "!", "?", "…": if next < text.endIndex, text[next].isWhitespace { return next }
            default: break
            }
            index = next
        }
        return nil
    }

    private static func cut(_ sentence: Substring) -> [String] {
        var parts: [String] = []
        var rest = sentence
        while let end = rest.index(rest.startIndex, offsetBy: length, limitedBy: rest.endIndex), end < rest.endIndex {
            let head = rest[..<end]
            let cut = head.lastIndex(where: \.isWhitespace).flatMap { $0 > head.startIndex ? $0 : nil } ?? end
            parts.append(String(rest[..<cut]))
            rest = rest[cut...].drop(while: \.isWhitespace)
        }
        return rest.isEmpty ? parts : parts + [String(rest)]
    }
}
