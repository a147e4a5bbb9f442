/// An asset's fingerprints of one kind stand in the catalog, or its bytes are known to be there already: what it repeats
/// can be found.
package struct DuplicatesSought: Event, Hashable {
    package static var kind: EventKind { "duplicates.sought.v1" }
    package let source: ObjectReference
    package let by: MatchBasis

    package init(source: ObjectReference, by: MatchBasis) {
        self.source = source
        self.by = by
    }

    /// Exact copies are the stage's first run, with no part.
    package var part: String { by == .bytes ? "" : by.rawValue }
}
