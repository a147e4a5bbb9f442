/// Assets that repeat each other, directly or through others.
package struct DuplicateGroup: Hashable, Codable, Sendable {
    /// The least of its assets: the group's name.
    package let id: AssetID
    /// In the order of their ids.
    package let assets: [AssetID]
    package let pairs: [DuplicatePair]

    /// Whether a person has said of every pair that it is one.
    package var isAccepted: Bool { pairs.allSatisfy { $0.decision == .accepted || $0.relation == .identical } }

    /// Groups of pairs. Assets that hold a piece of each other are a group of two; split ones are none.
    ///
    /// - Parameter pairs: in whatever order.
    /// - Returns: by id.
    package static func groups(of pairs: [DuplicatePair]) -> [DuplicateGroup] {
        var parents: [AssetID: AssetID] = [:]
        func root(_ asset: AssetID) -> AssetID {
            var asset = asset
            while let parent = parents[asset], parent != asset { asset = parent }
            return asset
        }
        let works = pairs.filter(\.isOfOneWork)
        for pair in works {
            let (left, right) = (root(pair.asset), root(pair.other))
            guard left != right else { continue }
            parents[max(left, right)] = min(left, right)
        }
        var members: [AssetID: [DuplicatePair]] = [:]
        for pair in works { members[root(pair.asset), default: []].append(pair) }
        let pieces = pairs.filter { !$0.isOfOneWork && $0.decision != .split }
        return (members.values.map(DuplicateGroup.init) + pieces.map { DuplicateGroup([$0]) })
            .sorted { ($0.id, $0.assets.count) < ($1.id, $1.assets.count) }
    }

    private init(_ pairs: [DuplicatePair]) {
        assets = Set(pairs.flatMap { [$0.asset, $0.other] }).sorted()
        id = assets[0]
        self.pairs = pairs.sorted { ($0.asset, $0.other) < ($1.asset, $1.other) }
    }
}

extension AssetID: Comparable {
    package static func < (left: AssetID, right: AssetID) -> Bool { left.rawValue < right.rawValue }
}
