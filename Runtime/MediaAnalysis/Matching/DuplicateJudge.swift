package import Pipeline

/// Says from what two assets share whether one repeats the other, and how.
///
/// What proves nothing counts nowhere: black, blank and silent stretches are no content. A title or credits that
/// unrelated assets share make none of them a duplicate: a piece at the beginning or the end of both counts only where
/// it is long, or where it is most of one of them.
package struct DuplicateJudge {
    private enum Limits {
        /// A picture or tone that stands still proves nothing by itself; beside one that moves it counts, where it is
        /// nearly the same: 13 of 256 bits.
        static let distinctCount = 3
        static let stillDistance = 0.05
        static let stretchMilliseconds = 2000
        /// Nearly all, but for what noise has spoilt.
        static let whole = 0.8
        static let greaterPart = 0.5
        /// What is missing at the edges of a copy that was not cut: 1.5 s, or a twentieth.
        static let edgeMilliseconds = 1500.0
        static let edgePart = 0.05
        /// What assets that are otherwise different share beside titles, in all.
        static let pieceMilliseconds = 8000
        /// Titles and credits lie this near to the first or last content of both, and are no longer than this.
        static let titleEdgeMilliseconds = 3000
        static let titleMilliseconds = 120_000
        /// A mean distance from which on pictures were changed, not only encoded again: of 256 bits, 36.
        static let overlaidDistance = 0.14
        /// A piece that so many other assets hold too is nobody's own.
        static let commonCount = 3
    }

    private let basis: MatchBasis
    /// Milliseconds that prove something, in order.
    private let content: [Range<Int>]
    private let otherContent: [Range<Int>]

    /// - Parameters:
    ///   - basis: pictures or sound.
    ///   - content: stretches of the asset that prove something, in milliseconds.
    ///   - otherContent: those of the other one.
    package init(by basis: MatchBasis, content: [Range<Int>], otherContent: [Range<Int>]) {
        self.basis = basis
        self.content = content
        self.otherContent = otherContent
    }

    /// - Parameter stretches: what they share.
    /// - Returns: nil where that is not enough.
    package func evidence(_ stretches: [SharedStretch]) -> DuplicateEvidence? {
        let lasting = stretches.filter { $0.segment.lengthMilliseconds >= Limits.stretchMilliseconds }
        guard lasting.contains(where: { $0.distinctCount >= Limits.distinctCount }) else { return nil }
        let believed = lasting.filter {
            $0.distinctCount >= Limits.distinctCount || $0.distance <= Limits.stillDistance
        }
        if let whole = evidence(of: believed), whole.isWhole { return whole }
        let pieces = believed.filter { !isTitle($0.segment) }.map(\.segment.lengthMilliseconds)
        return pieces.reduce(0, +) >= Limits.pieceMilliseconds ? evidence(of: believed) : nil
    }

    /// What is left of an asset's duplicates without pieces that it shares with many: idents, jingles, library pictures.
    package static func withoutCommonPieces(_ found: [NearDuplicate]) -> [NearDuplicate] {
        let pieces = found.filter { !$0.evidence.isWhole }
        return found.filter { duplicate in
            guard !duplicate.evidence.isWhole else { return true }
            let others = pieces.count { other in
                other.other != duplicate.other
                    && duplicate.evidence.segments.allSatisfy { segment in
                        other.evidence.segments.contains { $0.overlaps(segment) }
                    }
            }
            return others < Limits.commonCount
        }
    }

    private func evidence(of stretches: [SharedStretch]) -> DuplicateEvidence? {
        guard !stretches.isEmpty else { return nil }
        let shared = stretches.map { $0.segment.startMilliseconds..<$0.segment.endMilliseconds }
        let otherShared = stretches.map { $0.segment.reversed }.map { $0.startMilliseconds..<$0.endMilliseconds }
        let coverage = Self.part(of: content, within: shared)
        let otherCoverage = Self.part(of: otherContent, within: otherShared)
        let length = stretches.reduce(0) { $0 + $1.segment.lengthMilliseconds }
        let distance =
            stretches.reduce(0) { $0 + $1.distance * Double($1.segment.lengthMilliseconds) } / Double(max(length, 1))
        let edges = max(Self.edges(of: content, shared), Self.edges(of: otherContent, otherShared))
        var relation = Self.relation(coverage, otherCoverage, edges: edges)
        if basis == .picture, relation == .transcode, distance > Limits.overlaidDistance { relation = .overlaid }
        return DuplicateEvidence(
            by: basis,
            relation: relation,
            score: Self.rounded(max(0, 1 - 2 * distance) * max(coverage, otherCoverage)),
            coverage: Self.rounded(coverage),
            otherCoverage: Self.rounded(otherCoverage),
            segments: stretches.map(\.segment)
        )
    }

    /// - Parameters:
    ///   - coverage: of the one.
    ///   - otherCoverage: of the other.
    ///   - edges: content before the first and after the last shared moment; 1 is what a copy may lack.
    /// - Returns: the relation.
    private static func relation(
        _ coverage: Double,
        _ otherCoverage: Double,
        edges: Double
    ) -> DuplicateRelation {
        let (most, least) = (max(coverage, otherCoverage), min(coverage, otherCoverage))
        guard most >= Limits.whole, least >= Limits.greaterPart else { return .contained }
        return least >= Limits.whole && edges <= 1 ? .transcode : .trimmed
    }

    /// Whether it stands where titles and credits stand in both.
    private func isTitle(_ segment: AlignedSegment) -> Bool {
        guard segment.lengthMilliseconds < Limits.titleMilliseconds, let start = content.first?.lowerBound,
            let otherStart = otherContent.first?.lowerBound, let end = content.last?.upperBound,
            let otherEnd = otherContent.last?.upperBound
        else { return false }
        let other = segment.reversed
        let edge = Limits.titleEdgeMilliseconds
        let opens = segment.startMilliseconds < start + edge && other.startMilliseconds < otherStart + edge
        let ends = segment.endMilliseconds > end - edge && other.endMilliseconds > otherEnd - edge
        return opens || ends
    }

    private static func part(of content: [Range<Int>], within shared: [Range<Int>]) -> Double {
        let total = content.reduce(0) { $0 + $1.count }
        // Stretches may overlap in the other asset: what is shown twice is covered once.
        var merged: [Range<Int>] = []
        for range in shared.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = merged.last, range.lowerBound <= last.upperBound {
                merged[merged.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                merged.append(range)
            }
        }
        let covered = content.reduce(0) { sum, range in
            sum + merged.reduce(0) { $0 + range.clamped(to: $1).count }
        }
        return total > 0 ? Double(covered) / Double(total) : 0
    }

    private static func edges(of content: [Range<Int>], _ shared: [Range<Int>]) -> Double {
        guard let start = shared.map(\.lowerBound).min(), let end = shared.map(\.upperBound).max() else { return 0 }
        let total = content.reduce(0) { $0 + $1.count }
        let before = content.reduce(0) { $0 + $1.clamped(to: Int.min..<start).count }
        let after = content.reduce(0) { $0 + $1.clamped(to: end..<Int.max).count }
        return Double(max(before, after)) / max(Limits.edgeMilliseconds, Limits.edgePart * Double(total))
    }

    private static func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
}

extension DuplicateEvidence {
    /// Whether one of the two is as good as whole in the other.
    var isWhole: Bool { max(coverage, otherCoverage) >= 0.8 }
}
