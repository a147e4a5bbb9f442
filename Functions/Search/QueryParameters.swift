import Pipeline

/// The parameters of a request's address, as an HTML form encodes them.
struct QueryParameters {
    private var values: [String: String] = [:]

    /// Reads the part of the address after "?".
    ///
    /// - Throws: a problem, where an escape is broken or a parameter stands twice.
    init(_ query: String?) throws(Problem) {
        for pair in (query ?? "").split(separator: "&") {
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = ObjectKeyEncoding.decoded(String(halves[0])),
                let value = ObjectKeyEncoding.decoded(halves.count == 2 ? String(halves[1]) : "")
            else { throw .badRequest("the address has a broken percent escape") }
            guard values.updateValue(value, forKey: name) == nil else {
                throw .badRequest("\(name) stands twice in the address")
            }
        }
    }

    subscript(name: String) -> String? { values[name] }

    /// A count from 1 to a maximum.
    ///
    /// - Throws: a problem, where it is anything else.
    func count(_ name: String, default standard: Int, maximum: Int) throws(Problem) -> Int {
        guard let text = values[name] else { return standard }
        guard let count = Int(text), (1...maximum).contains(count) else {
            throw .badRequest("\(name) is a number from 1 to \(maximum)")
        }
        return count
    }

    /// An asset's id.
    ///
    /// - Throws: a problem, where it is none.
    func asset(_ name: String) throws(Problem) -> AssetID? {
        guard let text = values[name], !text.isEmpty else { return nil }
        return try AssetID(checking: text)
    }

    /// A place in an asset's moments.
    ///
    /// - Throws: a problem, where no answer can have given it.
    func momentCursor(_ name: String) throws(Problem) -> MomentCursor? {
        guard let text = values[name], !text.isEmpty else { return nil }
        guard let cursor = MomentCursor(text) else { throw .badRequest("\(name) is the next of an earlier answer") }
        return cursor
    }
}

extension AssetID {
    /// An id that came from outside.
    ///
    /// - Throws: a problem, where it is not a UUID in lower case.
    init(checking text: String) throws(Problem) {
        let groups = text.split(separator: "-", omittingEmptySubsequences: false)
        let isHexadecimal = text.utf8.allSatisfy { byte in "0123456789abcdef-".utf8.contains(byte) }
        guard isHexadecimal, groups.map(\.utf8.count) == [8, 4, 4, 4, 12] else {
            throw .badRequest("an asset's id is a UUID in lower case")
        }
        self.init(rawValue: text)
    }
}
