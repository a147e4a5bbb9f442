import FoundationEssentials
import Pipeline
import Testing

@Suite struct JSONReaderTests {
    private func string(_ json: String) throws -> String {
        try JSONReader.read(Array(json.utf8)) { reader throws(JSONError) in try reader.string() }
    }

    @Test(arguments: [
        #""plain""#, #""\"\\\/\b\f\n\r\t""#, #""é ü 漢 \u00e9 \ud83d\ude00 😀""#, "\"\"", #"  "space around"  "#,
    ])
    func stringsAreReadAsFoundationDoes(_ json: String) throws {
        #expect(try string(json) == JSONDecoder().decode(String.self, from: Data(json.utf8)))
    }

    @Test func halfAPairBecomesTheReplacementCharacter() throws {
        #expect(try string(#""\ud83d""#) == "\u{FFFD}")
        #expect(try string(#""\ude00x""#) == "\u{FFFD}x")
    }

    @Test(arguments: [
        "", "\"", "\"a", #""\"#, #""\u12"#, #""\u+12F""#, #""\u12""#, #""\x""#, "\"a\" b", "\"\u{1}\"", "1", "{", "nul",
    ])
    func whatIsNoStringIsAnError(_ json: String) {
        #expect(throws: JSONError.self) { try string(json) }
    }

    @Test func whatIsNotWantedIsSkipped() throws {
        let json = #"{"a":[1,{"b":"}]"},-2.5e3,true,null],"wanted":7,"c":{"d":[]}}"#
        var wanted: Int?
        try JSONReader.read(Array(json.utf8)) { reader throws(JSONError) in
            try reader.object { reader, key throws(JSONError) in
                guard case "wanted" = key else { return try reader.skip() }
                wanted = try reader.integer()
            }
        }
        #expect(wanted == 7)
    }

    @Test(arguments: [
        "{\"a\":}", "{\"a\" 1}", "{a:1}", "[1,]", "{\"a\":1,}", "[1 2]", "{\"a\":1}}", "[", "[[[", "1.2.", "@",
    ])
    func brokenTextIsAnErrorAndNoCrash(_ json: String) {
        let isWhole = (try? JSONSerializable(json)) != nil
        #expect(!isWhole || json == "1.2.")
    }

    @Test func everyPrefixOfAMessageIsAnError() throws {
        let json = Array(#"{"v":1,"s":"a\u00e9\n","l":[{"x":null},[]],"n":-12}"#.utf8)
        for count in 0..<json.count {
            #expect(throws: JSONError.self) {
                try JSONReader.read(Array(json[..<count])) { reader throws(JSONError) in try reader.skip() }
            }
        }
    }

    @Test func nestingHasALimit() {
        let deep = String(repeating: "[", count: 100_000)
        #expect(throws: JSONError.self) {
            try JSONReader.read(Array(deep.utf8)) { reader throws(JSONError) in try reader.skip() }
        }
    }

    @Test(arguments: ["plain", "\"quoted\" \\ back", "line\nfeed\u{1}", "漢字 😀"])
    func whatIsQuotedIsReadBack(_ text: String) throws {
        #expect(try string(JSONText.quoted(text)) == text)
        #expect(try JSONDecoder().decode(String.self, from: Data(JSONText.quoted(text).utf8)) == text)
    }
}

private struct JSONSerializable {
    init(_ json: String) throws {
        try JSONReader.read(Array(json.utf8)) { reader throws(JSONError) in try reader.skip() }
    }
}

@Suite struct JSONReaderScanTests {
    /// The scan takes eight bytes at a time: what ends a string must be found at every place of a word.
    @Test(arguments: ["\"", "\\n", "\\u00e9", "é", "\u{7F}", " ", "!"])
    func whatEndsOrBreaksAStringIsFoundWhereverItStands(_ piece: String) throws {
        for (before, after) in (0..<20).flatMap({ before in (0..<20).map { (before, $0) } }) {
            let ends = piece == "\""
            let text =
                String(repeating: "a", count: before) + piece
                + (ends ? "" : String(repeating: "z", count: after) + "\"")
            let json = "{\"k\":\"\(text)}"
            var found: String?
            try JSONReader.read(Array(json.utf8)) { reader throws(JSONError) in
                try reader.object { reader, _ throws(JSONError) in found = try reader.string() }
            }
            let expected = try JSONDecoder().decode([String: String].self, from: Data(json.utf8))["k"]
            #expect(found == expected)
        }
    }
}
