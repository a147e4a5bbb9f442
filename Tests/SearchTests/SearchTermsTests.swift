import Pipeline
import Testing

@Suite struct SearchTermsTests {
    @Test(arguments: [
        ("harbour -night", "harbour", ["night"]),
        ("-night harbour", "harbour", ["night"]),
        (#"harbour -"old ship" tour"#, "harbour  tour", ["old ship"]),
        (#""quiet night"-ship"#, #""quiet night""#, ["ship"]),
        ("harbour --night", "harbour", ["night"]),
        ("(harbour|-night)", "(harbour|)", ["night"]),
        ("harbour -well-known", "harbour", ["well-known"]),
        (#"harbour -"old ship"#, "harbour", ["old ship"]),
        ("-night", "", ["night"]),
        ("harbour\u{2003}-night", "harbour", ["night"]),
    ])
    func `a term after a dash is excluded`(text: String, wanted: String, excluded: [String]) {
        let terms = SearchTerms(text)
        #expect(terms.wanted == wanted)
        #expect(terms.excluded == excluded)
    }

    @Test(arguments: ["harbour or night", "well-known", #""quiet -night""#, "R&D", "a,-b", "Is it cold?"])
    func `what excludes nothing stays as it is`(text: String) {
        let terms = SearchTerms(text)
        #expect(terms.wanted == text)
        #expect(terms.excluded.isEmpty)
    }

    @Test(arguments: [("9 - 5", "9  5"), ("-", ""), (#"a -"" b"#, "a  b"), (#"a -" ""#, "a"), ("a\0b", "a b")])
    func `a dash alone and a NUL are no words`(text: String, wanted: String) {
        let terms = SearchTerms(text)
        #expect(terms.wanted == wanted)
        #expect(terms.excluded.isEmpty)
    }

    @Test func `a dash with a combining mark is a dash to the database, too`() {
        #expect(SearchTerms("harbour -\u{301}night").wanted == "harbour")
    }
}
