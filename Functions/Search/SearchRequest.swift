import Pipeline

/// What is searched for.
struct SearchRequest: Sendable {
    let text: String
    let terms: SearchTerms
    let asset: AssetID?
    let limit: Int

    /// Reads `q`, `in` and `limit`.
    ///
    /// - Throws: a problem that says which one is wrong.
    init(_ parameters: QueryParameters, limits: SearchLimits) throws(Problem) {
        text = (parameters["q"] ?? "").trimmed
        guard !text.isEmpty else { throw .badRequest("q is what to search for") }
        guard text.count <= limits.queryCharacterCount else {
            throw .badRequest("q has more than \(limits.queryCharacterCount) characters")
        }
        guard !text.unicodeScalars.contains("\0") else { throw .badRequest("q has a NUL character") }
        terms = SearchTerms(text)
        guard !terms.wanted.isEmpty else {
            throw .badRequest(
                terms.excluded.isEmpty ? "q is what to search for" : "q only excludes: it needs something to search for"
            )
        }
        asset = try parameters.asset("in")
        limit = try parameters.count("limit", default: limits.defaultHitCount, maximum: limits.hitCount)
    }
}

extension String {
    fileprivate var trimmed: String {
        let start = drop(while: \.isWhitespace)
        guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(start[...last])
    }
}
