extension MemoryCatalog {
    package func fingerprints(
        _ kind: FingerprintKind,
        of asset: AssetID,
        generation: Int,
        of tenant: Tenant
    ) -> Fingerprints {
        let runs = assets[Key(tenant: tenant, asset: asset)]?.fingerprints ?? [:]
        return runs.first { $0.key.generation == generation && $0.value[kind] != nil }?.value[kind] ?? .none(kind)
    }

    package func resembling(_ fingerprints: Fingerprints, of asset: AssetID, of tenant: Tenant) -> [MatchCandidate] {
        var scores: [AssetID: Double] = [:]
        let others = others(than: asset, fingerprints.kind, tenant)
        switch fingerprints {
        case .picture, .frames:
            for probe in fingerprints.probes {
                let near = others.filter {
                    $0.prints.indexedHashes.contains { probe.distance(to: $0) <= MatchLimits.distance }
                }
                for other in near { scores[other.id, default: 0] += 1 / Double(near.count) }
            }
        case .sound(let sound):
            for other in others {
                guard case .sound(let items) = other.prints else { continue }
                scores[other.id] = sound.sharedCount(with: items)
            }
        }
        return scores.map { id, score in
            let generation = others.first { $0.id == id }?.generation ?? 0
            return MatchCandidate(asset: id, generation: generation, score: score)
        }
        .sorted { (-$0.score, $0.asset) < (-$1.score, $1.asset) }
        .prefix(MatchLimits.candidateCount).map(\.self)
    }

    private typealias Other = (id: AssetID, generation: Int, prints: Fingerprints)

    private func others(than asset: AssetID, _ kind: FingerprintKind, _ tenant: Tenant) -> [Other] {
        assets.filter { $0.key.tenant == tenant && $0.key.asset != asset && $0.value.asset.state != .removed }.values
            .compactMap { record in
                let current = [record.asset.generation, record.asset.publishedGeneration ?? 0]
                let found = record.fingerprints.filter { current.contains($0.key.generation) && $0.value[kind] != nil }
                guard let newest = found.max(by: { $0.key.generation < $1.key.generation }),
                    let prints = newest.value[kind]
                else { return nil }
                return (record.asset.id, newest.key.generation, prints)
            }
    }
}

extension SoundItems {
    /// Items that both share at one offset, at the offset where they are most; nil where they are too few.
    fileprivate func sharedCount(with other: SoundItems) -> Double? {
        let places = Dictionary(grouping: other.indexed, by: \.term)
        var counts: [Int: Set<Int>] = [:]
        for (place, term) in indexed {
            for there in places[term] ?? [] { counts[(there.place - place) >> 3, default: []].insert(place) }
        }
        let best = counts.values.map(\.count).max() ?? 0
        return best >= MatchLimits.soundHitCount ? Double(best) : nil
    }
}
