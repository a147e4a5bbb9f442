/// Two assets that repeat each other, and why.
package struct DuplicatePair: Hashable, Codable, Sendable {
    package let asset: AssetID
    package let other: AssetID
    package let relation: DuplicateRelation
    /// 0 to 1: of the strongest evidence.
    package let score: Double
    /// As the first asset sees it; empty for the same bytes.
    package let evidence: [DuplicateEvidence]
    /// Nil until a person has said something.
    package let decision: DuplicateDecision?

    /// Two assets with the same bytes.
    package init(copy: AssetID, original: AssetID) {
        asset = copy
        other = original
        relation = .identical
        score = 1
        evidence = []
        decision = nil
    }

    /// - Parameters:
    ///   - asset: one of the two.
    ///   - other: the other.
    ///   - evidence: at least one, each of another basis.
    ///   - compared: what both have fingerprints of.
    ///   - decision: nil where nobody has said anything.
    package init(
        asset: AssetID,
        other: AssetID,
        evidence: [DuplicateEvidence],
        compared: Set<MatchBasis>,
        decision: DuplicateDecision?
    ) {
        self.asset = asset
        self.other = other
        self.evidence = evidence.sorted { $0.by.rawValue < $1.by.rawValue }
        self.decision = decision
        score = evidence.map(\.score).max() ?? 0
        relation = Self.relation(evidence, compared: compared)
    }

    /// Pictures say what it is, unless only the sound is whole; where one of the two is shared and both could be, it was
    /// laid over.
    private static func relation(_ evidence: [DuplicateEvidence], compared: Set<MatchBasis>) -> DuplicateRelation {
        let ordered = evidence.sorted { $0.by.rawValue < $1.by.rawValue }
        guard let strongest = ordered.first(where: { $0.relation != .contained }) else { return .contained }
        let isWhole = [.transcode, .trimmed].contains(strongest.relation)
        return isWhole && compared.count > evidence.count ? .overlaid : strongest.relation
    }

    /// Whether the two belong into one group: a piece within much else does not make one of what is around it.
    package var isOfOneWork: Bool { decision == .accepted || (decision == nil && relation != .contained) }
}
