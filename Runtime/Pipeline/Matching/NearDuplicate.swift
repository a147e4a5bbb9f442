/// What the run's asset shares with another.
package struct NearDuplicate: Hashable, Codable, Sendable {
    package let other: AssetID
    package let otherGeneration: Int
    package let evidence: DuplicateEvidence

    package init(other: AssetID, otherGeneration: Int, evidence: DuplicateEvidence) {
        self.other = other
        self.otherGeneration = otherGeneration
        self.evidence = evidence
    }
}

/// Why two assets are told to repeat each other, as one of them sees it.
package struct DuplicateEvidence: Hashable, Codable, Sendable {
    package let by: MatchBasis
    package let relation: DuplicateRelation
    /// 0 to 1: how near what they share is.
    package let score: Double
    /// 0 to 1: how much of the asset the other has too.
    package let coverage: Double
    package let otherCoverage: Double
    /// By start; empty for pictures.
    package let segments: [AlignedSegment]

    package init(
        by: MatchBasis,
        relation: DuplicateRelation,
        score: Double,
        coverage: Double,
        otherCoverage: Double,
        segments: [AlignedSegment] = []
    ) {
        self.by = by
        self.relation = relation
        self.score = score
        self.coverage = coverage
        self.otherCoverage = otherCoverage
        self.segments = segments
    }

    /// As the other asset sees it.
    package var reversed: DuplicateEvidence {
        DuplicateEvidence(
            by: by,
            relation: relation,
            score: score,
            coverage: otherCoverage,
            otherCoverage: coverage,
            segments: segments.map(\.reversed).sorted { $0.startMilliseconds < $1.startMilliseconds }
        )
    }
}
