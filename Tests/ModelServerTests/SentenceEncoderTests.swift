import Testing

@testable import ModelServer

@Suite struct SentenceEncoderTests {
    let encoder: SentenceEncoder
    let references: [Reference]

    init() throws {
        encoder = try SentenceEncoder(folder: TestFiles.embeddingModel())
        references = try Reference.all()
    }

    @Test func textsAreCutIntoTheReferencesTokens() {
        #expect(references.count >= 24)
        #expect(references.contains { $0.tokens.count == 256 })
        for reference in references {
            #expect(encoder.tokens(reference.text) == reference.tokens, "\(reference.text.prefix(80))")
        }
    }

    @Test func vectorsAreTheReferencesToFourDigits() {
        let embeddings = encoder.embed(references.map(\.text))
        #expect(embeddings.count == references.count)
        var (worstCosine, worstDifference): (Float, Float) = (1, 0)
        for (embedding, reference) in zip(embeddings, references) {
            let (cosine, difference) = compare(embedding.vector, reference.vector)
            #expect(cosine >= 0.9999, "\(reference.text.prefix(80))")
            #expect(difference <= 1e-4, "\(reference.text.prefix(80))")
            #expect(embedding.tokenCount == reference.tokens.count)
            worstCosine = min(worstCosine, cosine)
            worstDifference = max(worstDifference, difference)
        }
        print("\(references.count) references: worst cosine \(worstCosine), largest difference \(worstDifference)")
    }

    @Test func aTextsVectorDoesNotDependOnItsNeighbours() throws {
        let text = "A man is eating food."
        let alone = try #require(encoder.embed([text]).first)
        let neighbours = references.map(\.text)
        let crowded = try #require(encoder.embed(neighbours + [text]).last)
        #expect(compare(alone.vector, crowded.vector).difference <= 1e-5)
    }

    @Test func noTextsGiveNoVectors() {
        #expect(encoder.embed([]).isEmpty)
    }

    private func compare(_ left: [Float], _ right: [Float]) -> (cosine: Float, difference: Float) {
        var (dot, leftSquares, rightSquares, difference): (Float, Float, Float, Float) = (0, 0, 0, 0)
        for (left, right) in zip(left, right) {
            dot += left * right
            leftSquares += left * left
            rightSquares += right * right
            difference = max(difference, abs(left - right))
        }
        let cosine = left.count == right.count ? dot / (leftSquares * rightSquares).squareRoot() : 0
        return (cosine, difference)
    }
}
