import Pipeline
import Testing

@Suite struct DuplicateGroupTests {
    private func pair(
        _ asset: AssetID,
        _ other: AssetID,
        _ relation: DuplicateRelation = .transcode,
        _ decision: DuplicateDecision? = nil
    ) -> DuplicatePair {
        let evidence = DuplicateEvidence(
            by: .picture,
            relation: relation,
            score: 0.9,
            coverage: 1,
            otherCoverage: 1
        )
        return DuplicatePair(
            asset: asset,
            other: other,
            evidence: [evidence],
            compared: [.picture],
            decision: decision
        )
    }

    private func groups(_ pairs: DuplicatePair...) -> [[AssetID]] {
        DuplicateGroup.groups(of: pairs).map(\.assets)
    }

    @Test func `who repeats whom through others is one group`() {
        #expect(
            groups(pair("c", "d"), pair("a", "b"), pair("b", "d"), pair("x", "y")) == [
                ["a", "b", "c", "d"], ["x", "y"],
            ]
        )
        #expect(groups(DuplicatePair(copy: "b", original: "a"), pair("b", "c", .trimmed)) == [["a", "b", "c"]])
    }

    @Test func `a compilation does not make one group of what it holds`() {
        #expect(groups(pair("a", "z", .contained), pair("b", "z", .contained)) == [["a", "z"], ["b", "z"]])
        #expect(
            groups(pair("a", "z", .contained, .accepted), pair("b", "z", .contained, .accepted)) == [["a", "b", "z"]]
        )
    }

    @Test func `what a person has split is no group`() {
        #expect(groups(pair("a", "b", .transcode, .split), pair("b", "c")) == [["b", "c"]])
    }

    @Test func `a group is accepted when all its pairs are`() {
        let accepted = DuplicateGroup.groups(of: [
            DuplicatePair(copy: "b", original: "a"), pair("a", "c", .overlaid, .accepted),
        ])
        #expect(accepted.map(\.isAccepted) == [true])
        #expect(DuplicateGroup.groups(of: [pair("a", "b")]).map(\.isAccepted) == [false])
    }

    @Test func `the same pictures with another sound are overlaid once both could be compared`() {
        func relation(_ by: MatchBasis, _ compared: Set<MatchBasis>) -> DuplicateRelation {
            let evidence = DuplicateEvidence(by: by, relation: .transcode, score: 1, coverage: 1, otherCoverage: 1)
            return DuplicatePair(asset: "a", other: "b", evidence: [evidence], compared: compared, decision: nil)
                .relation
        }
        #expect(relation(.picture, [.picture]) == .transcode)
        #expect(relation(.picture, [.picture, .sound]) == .overlaid)
        #expect(relation(.sound, [.picture, .sound]) == .overlaid)
        #expect(relation(.sound, [.sound]) == .transcode)
    }
}
