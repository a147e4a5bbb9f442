import DocumentDecode
import Pipeline
import Testing

@testable import Probe
@testable import ReadText

@Suite struct DocumentTests {
    private func document(_ bytes: [UInt8], _ name: String) async throws(Fault) -> Document? {
        try await Document(of: MemoryBytes(bytes), named: name)
    }

    @Test func textIsToldByItsBytes() async throws {
        #expect(try await document(Array("Grüße".utf8), "a")?.encoding == "UTF-8")
        #expect(try await document([0xFF, 0xFE, 0x41, 0x00], "a.txt")?.encoding == "UTF-16LE")
        #expect(try await document([0x47, 0x72, 0xFC, 0xDF], "a.txt")?.encoding == "WINDOWS-1252")
        #expect(try await document([0x47, 0x72, 0xFC, 0xDF], "a.bin") == nil)
        #expect(try await document([0x00, 0x01, 0x02], "a.txt") == nil)
        #expect(try await document(Array("<html><p>x".utf8), "a")?.format == .html)
        #expect(try await document(Array("# x".utf8), "a.md")?.format == .text)
    }

    @Test func textInAnyEncodingIsADocumentWhateverItsName() async throws {
        let russian = "\u{041f}\u{0430}\u{0440}\u{043e}\u{0445}\u{043e}\u{0434} "
        // In KOI8-R.
        let word: [UInt8] = [0xF0, 0xC1, 0xD2, 0xCF, 0xC8, 0xCF, 0xC4, 0x20]
        let bytes = Array(repeating: word, count: 20).flatMap(\.self)
        let found = try #require(try await document(bytes, "schedule"))
        #expect(found.encoding == "KOI8-R")
        let paragraphs = try await DocumentText(of: MemoryBytes(bytes), named: "schedule").paragraphs
        #expect(paragraphs.first?.text.hasPrefix(russian) == true)
    }

    @Test func aPageInAnotherEncodingIsReadAsItSays() async throws {
        let head = "<html><head><meta charset=\"windows-1251\"></head><body><p>"
        let bytes = Array(head.utf8) + [0xCF, 0xE0, 0xF0, 0xEE, 0xF5, 0xEE, 0xE4] + Array("</p></body></html>".utf8)
        let paragraphs = try await DocumentText(of: MemoryBytes(bytes), named: "a.html").paragraphs
        #expect(paragraphs.map(\.text) == ["\u{041f}\u{0430}\u{0440}\u{043e}\u{0445}\u{043e}\u{0434}"])
    }

    @Test func aCharacterCutByTheLookIsNoDamage() async throws {
        let text = [UInt8](repeating: 0x61, count: TextEncoding.lookByteCount - 1) + Array("é".utf8)
        #expect(try await document(text, "a")?.encoding == "UTF-8")
    }

    @Test func paragraphsArePartedByBlankLinesWithoutMarks() {
        let text = "# Title\n\nFirst line\nsecond line\r\n\r\n* item\n"
        #expect(DocumentText.paragraphs(of: text) == ["Title", "First line second line", "item"])
    }

    @Test func ofAPageOnlyWhatAReaderSeesIsKept() {
        let page = """
            <html><head><title>T</title><style>p{}</style></head><body><script>let x</script>
            <h1>Harbour &amp; pier</h1><p>One <b>bold</b> word.<p>Two<div>deep<div>er</div></div></body>
            """
        let text = HTMLText(of: Array(page.utf8)[...])
        #expect(text.paragraphs == ["Harbour & pier", "One bold word.", "Two", "deep", "er"])
        #expect(!text.isCut)
    }

    @Test func `words between tags stay parted, and characters by name are read`() {
        let page = "<p><b>one</b> <i>two</i>&nbsp;&auml;&#228;<br>three<svg><text>no</text></svg></p>four"
        #expect(HTMLText(of: Array(page.utf8)[...]).paragraphs == ["one two \u{E4}\u{E4}", "three", "four"])
    }

    @Test func `a page that nests deep is read`() {
        let page = String(repeating: "<div>", count: 15_000) + "deep"
        let text = HTMLText(of: Array(page.utf8)[...])
        #expect(text.paragraphs == ["deep"])
        #expect(!text.isCut)
    }

    @Test func `a page that nests without end is read as far as the limit, and that is told`() {
        let page = "first" + String(repeating: "<div>", count: 100_000) + "deep"
        let text = HTMLText(of: Array(page.utf8)[...])
        #expect(text.paragraphs == ["first"])
        #expect(text.isCut)
    }
}
