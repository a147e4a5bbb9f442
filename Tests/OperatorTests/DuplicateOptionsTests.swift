import Pipeline
import Testing

@testable import Operator

@Suite struct DuplicateOptionsTests {
    private func pair(
        _ asset: AssetID,
        _ other: AssetID,
        _ relation: DuplicateRelation = .transcode,
        _ decision: DuplicateDecision? = nil
    ) -> DuplicatePair {
        let evidence = DuplicateEvidence(by: .picture, relation: relation, score: 0.9, coverage: 1, otherCoverage: 1)
        return DuplicatePair(
            asset: asset,
            other: other,
            evidence: [evidence],
            compared: [.picture],
            decision: decision
        )
    }

    @Test func `a decision without names leaves what was decided, exact copies and pieces alone`() {
        let pairs = [
            DuplicatePair(copy: "m", original: "a"), pair("m", "b", .transcode, .split),
            pair("c", "m", .trimmed, .accepted), pair("d", "m", .contained), pair("e", "m", .trimmed), pair("m", "z"),
        ]
        #expect(DuplicateOptions.undecided(pairs, of: "m") == ["e", "z"])
    }
}
