import Testing

@testable import ReadText

@Suite struct ChunksTests {
    private func numbered(_ count: Int, page: Int? = nil) -> Paragraph {
        Paragraph(text: (0..<count).map { "This is sentence number \($0) of it." }.joined(separator: " "), page: page)
    }

    @Test func aShortDocumentKeepsItsParagraphs() {
        let paragraphs = [Paragraph(text: "Title"), Paragraph(text: "Boats leave at nine.")]
        #expect(Chunks.chunks(paragraphs) == paragraphs)
    }

    @Test func aLongOneIsCutBehindSentencesAndPiecesOverlap() {
        let chunks = Chunks.chunks([numbered(100)]).map(\.text)
        #expect(chunks.count > 4)
        for chunk in chunks {
            #expect(chunk.count <= Chunks.length && chunk.hasSuffix(".") && chunk.hasPrefix("This is"))
        }
        for (piece, next) in zip(chunks, chunks.dropFirst()) {
            let shared = (1...piece.count).last { next.hasPrefix(piece.suffix($0)) } ?? 0
            #expect((60...Chunks.overlap).contains(shared))
        }
        for number in 0..<100 { #expect(chunks.contains { $0.contains("number \(number) of") }) }
        #expect(chunks.dropLast().allSatisfy { $0.count > 600 })
    }

    @Test func piecesDoNotCrossPages() {
        let chunks = Chunks.chunks([numbered(30, page: 1), numbered(2, page: 2), numbered(30, page: 4)])
        #expect(Set(chunks.map(\.page)) == [1, 2, 4])
        #expect(chunks.filter { $0.page == 2 }.map(\.text) == [numbered(2).text])
    }

    @Test func aSentenceThatIsLongerThanAPieceIsCutBetweenWords() {
        let text = Array(repeating: "word", count: 1000).joined(separator: " ")
        let chunks = Chunks.chunks([Paragraph(text: text)]).map(\.text)
        #expect(chunks.allSatisfy { $0.count <= Chunks.length })
        #expect(chunks.allSatisfy { $0.split(separator: " ").allSatisfy { $0 == "word" } })
        let unbroken = Chunks.chunks([Paragraph(text: String(repeating: "x", count: 5000))]).map(\.text)
        #expect(unbroken.allSatisfy { $0.count <= Chunks.length } && unbroken.joined().count >= 5000)
    }

    @Test func shortParagraphsShareAPiece() {
        let chunks = Chunks.chunks((0..<100).map { Paragraph(text: "Item number \($0)") })
        #expect(chunks.count < 10)
        #expect(chunks[0].text.hasPrefix("Item number 0\nItem number 1\n"))
    }

    @Test func sentencesEndAtMarksBeforeSpaces() {
        #expect(Chunks.sentences(of: "At 9.30 sharp. Is it? Yes!") == ["At 9.30 sharp.", "Is it?", "Yes!"])
        #expect(Chunks.sentences(of: "港です。切符。") == ["港です。", "切符。"])
    }
}
