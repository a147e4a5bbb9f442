/// A question as a person types it, parted into what is to be found and what is not to be found.
package struct SearchTerms: Hashable, Sendable {
    /// Words, "phrases in quotes", or; empty where the question does nothing but exclude.
    package let wanted: String
    /// The words and phrases of -night and -"old ship", without dash and quotes.
    package let excluded: [String]

    /// Reads a question by the rules of PostgreSQL's `websearch_to_tsquery`, which finds nothing to exclude in what is left.
    ///
    /// A term begins at the start, after white space, after a quote, and after one of `!&|()`. A dash that nothing hangs
    /// on is left out; so is NUL, which the catalog's texts can't hold.
    package init(_ text: String) {
        let scalars = text.unicodeScalars.map { scalar -> Unicode.Scalar in scalar == "\0" ? " " : scalar }
        var rest = String.UnicodeScalarView(scalars)[...]
        var wanted = String.UnicodeScalarView()
        var excluded: [String] = []
        var beginsTerm = true
        while let scalar = rest.first {
            if scalar == "\"" {
                wanted.append(scalar)
                wanted.append(contentsOf: Self.takeTerm(from: &rest))
                wanted.append(scalar)
                beginsTerm = true
            } else if beginsTerm, scalar == "-" {
                rest = rest.drop { $0 == "-" }
                let term = Self.takeTerm(from: &rest)
                if !term.allSatisfy(\.partsTerms) { excluded.append(String(term)) }
            } else {
                wanted.append(scalar)
                rest = rest.dropFirst()
                beginsTerm = scalar.partsTerms
            }
        }
        self.wanted = wanted.trimmed
        self.excluded = excluded
    }

    /// A phrase, without its quotes, or a word up to where it ends.
    private static func takeTerm(from rest: inout Substring.UnicodeScalarView) -> Substring.UnicodeScalarView {
        guard rest.first == "\"" else {
            let word = rest.prefix { $0 != "\"" && !$0.partsTerms }
            rest = rest[word.endIndex...]
            return word
        }
        let phrase = rest.dropFirst().prefix { $0 != "\"" }
        rest = rest[phrase.endIndex...].dropFirst()
        return phrase
    }
}

extension Unicode.Scalar {
    /// Whether a term ends before it, and another may begin after it.
    fileprivate var partsTerms: Bool { properties.isWhitespace || "!&|()".unicodeScalars.contains(self) }
}

extension String.UnicodeScalarView {
    fileprivate var trimmed: String {
        let start = drop(while: \.properties.isWhitespace)
        guard let last = start.lastIndex(where: { !$0.properties.isWhitespace }) else { return "" }
        return String(start[...last])
    }
}
