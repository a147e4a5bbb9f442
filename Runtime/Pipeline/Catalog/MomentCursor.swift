/// A place in the order in which moments are read: by start, then by key.
///
/// Its text is opaque to clients, and needs no escape in an address.
package struct MomentCursor: Hashable, Sendable, LosslessStringConvertible {
    package let startMilliseconds: Int
    package let key: MomentKey

    package init(_ stored: StoredMoment) {
        startMilliseconds = stored.moment.startMilliseconds
        key = stored.key
    }

    /// Reads "START.ORDINAL.STAGE" or "START.ORDINAL.STAGE/PART".
    ///
    /// - Returns: nil where the text is nothing of the kind.
    package init?(_ description: String) {
        let fields = description.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
        guard fields.count == 3, let start = Int(fields[0]), let ordinal = Int(fields[1]),
            !description.utf8.contains(0)
        else { return nil }
        let names = fields[2].split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        startMilliseconds = start
        key = MomentKey(
            run: RunName(StageName(rawValue: names[0]), part: names.count == 2 ? names[1] : ""),
            ordinal: ordinal
        )
    }

    package var description: String { "\(startMilliseconds).\(key.ordinal).\(key.run)" }
}

extension MomentCursor: Comparable {
    package static func < (left: MomentCursor, right: MomentCursor) -> Bool { left.place < right.place }

    private var place: (Int, String, String, Int) {
        (startMilliseconds, key.run.stage.rawValue, key.run.part, key.ordinal)
    }
}
