import Pipeline
import Testing

@testable import Probe
@testable import ReadText

@Suite struct DocumentTests {
    private func document(_ bytes: [UInt8], _ name: String) async throws(Fault) -> Document? {
        try await Document(of: MemoryBytes(bytes), named: name)
    }

    @Test func textIsToldByItsBytes() async throws {
        #expect(try await document(Array("Grüße".utf8), "a")?.encoding == .utf8)
        #expect(try await document([0xFF, 0xFE, 0x41, 0x00], "a.txt")?.encoding == .utf16)
        #expect(try await document([0x47, 0x72, 0xFC, 0xDF], "a.txt")?.encoding == .latin1)
        #expect(try await document([0x47, 0x72, 0xFC, 0xDF], "a.bin") == nil)
        #expect(try await document([0x00, 0x01, 0x02], "a.txt") == nil)
    }

    @Test func aCharacterCutByTheLookIsNoDamage() async throws {
        let text = [UInt8](repeating: 0x61, count: DocumentLimits.head - 1) + Array("é".utf8)
        #expect(try await document(text, "a")?.encoding == .utf8)
    }

    @Test func paragraphsArePartedByBlankLinesWithoutMarks() {
        let text = "# Title\n\nFirst line\nsecond line\r\n\r\n* item\n"
        #expect(DocumentText.paragraphs(of: text) == ["Title", "First line second line", "item"])
    }

    @Test func aLongParagraphIsSplitBehindSentences() {
        let text = String(repeating: "Ten letters. ", count: 200)
        let parts = DocumentText.split(text)
        #expect(parts.allSatisfy { $0.count <= DocumentText.paragraphLength && $0.hasSuffix(".") || $0 == parts.last })
        #expect(parts.joined(separator: " ").filter { $0 == "T" }.count == 200)
    }

    @Test func ofAPageOnlyWhatAReaderSeesIsKept() {
        let page = """
            <html><head><title>T</title><style>p{}</style></head><body><script>let x</script>
            <h1>Harbour &amp; pier</h1><p>One <b>bold</b> word.<p>Two<div>deep<div>er</div></div></body>
            """
        #expect(HTMLText.paragraphs(of: Array(page.utf8)) == ["Harbour & pier", "One bold word.", "Two", "deep", "er"])
    }

    @Test func aPageNestedWithoutEndIsReadAllTheSame() {
        let page = String(repeating: "<div>", count: 100_000) + "deep"
        #expect(HTMLText.paragraphs(of: Array(page.utf8)).count <= 1)
    }
}
