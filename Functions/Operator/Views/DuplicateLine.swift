import Pipeline

/// Assets that repeat each other, for people.
enum DuplicateLine {
    /// A group: a line of its own, and one for each pair.
    static func text(_ group: DuplicateGroup, _ names: [AssetID: String]) -> String {
        let mark = group.isAccepted ? "  accepted" : ""
        let head = "\(group.id)  \(group.assets.count) assets\(mark)"
        let lines = group.pairs.map { "  \(name($0.asset, names))  \(words($0))  \(name($0.other, names))" }
        return ([head] + lines).joined(separator: "\n")
    }

    /// A pair with its segments.
    static func text(_ pair: DuplicatePair, seenFrom asset: AssetID, _ names: [AssetID: String]) -> String {
        let isFirst = pair.asset == asset
        let other = isFirst ? pair.other : pair.asset
        let head = "\(words(pair))  \(name(other, names))  \(other)"
        let lines = pair.evidence.map { isFirst ? $0 : $0.reversed }.flatMap { evidence in
            [
                "  by \(evidence.by.rawValue): \(percent(evidence.coverage)) of it, \(percent(evidence.otherCoverage)) of the other"
            ]
                + evidence.segments.map { segment in
                    "    \(clock(segment.startMilliseconds)) is \(clock(segment.otherStartMilliseconds)) there, "
                        + "for \(clock(segment.lengthMilliseconds))"
                }
        }
        return ([head] + lines).joined(separator: "\n")
    }

    private static func words(_ pair: DuplicatePair) -> String {
        guard pair.relation != .identical else { return "identical" }
        let decision = pair.decision.map { ", \($0.rawValue)" } ?? ""
        return "\(pair.relation.rawValue) (\(percent(pair.score))\(decision))"
    }

    private static func name(_ asset: AssetID, _ names: [AssetID: String]) -> String { names[asset] ?? asset.rawValue }

    private static func percent(_ part: Double) -> String { "\(Int((part * 100).rounded())) %" }

    private static func clock(_ milliseconds: Int) -> String {
        "\(StatusTable.clock(milliseconds)).\(milliseconds % 1000 / 100)"
    }
}
