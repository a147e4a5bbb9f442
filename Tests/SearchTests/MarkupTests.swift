import Pipeline
import Testing

@testable import Search

@Suite struct MarkupTests {
    @Test(arguments: hidden)
    func `a page holds no markup of its texts`(text: String) {
        for written in [HTMLText.escaped(text), HTMLText.marked(text)] {
            #expect(!written.unicodeScalars.contains { "<>\"'".unicodeScalars.contains($0) })
            // Nothing here ends with a semicolon but what stands for another scalar.
            let ends = written.unicodeScalars.filter { $0 == ";" }
            #expect(written.unicodeScalars.filter { $0 == "&" }.count == ends.count)
        }
    }

    @Test func `a mark is a mark whatever stands beside it`() {
        #expect(Array(HTMLText.marked("«\u{301}a\u{600}»").unicodeScalars.suffix(7)) == Array("</mark>".unicodeScalars))
    }

    @Test(arguments: hidden)
    func `a cue holds no markup of its text`(text: String) {
        let cue = Captions.webVTT([Moment(kind: .speech, endMilliseconds: 900, text: text)])
        let lines = cue.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == 6)
        #expect(!lines[3].unicodeScalars.contains { "<>".unicodeScalars.contains($0) })
    }
}

/// Scalars of markup that a neighbour hides from whoever looks at characters.
private let hidden = [
    "<\u{301}script>", "\u{600}<script>", "\"\u{301}", "\u{600}\"", "'\u{308}", "&\u{20DD}", "a>\u{FE0F}",
]
