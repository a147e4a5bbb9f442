extension MemoryCatalog {
    /// Two assets of a tenant, the lesser first.
    struct PairKey: Hashable {
        let tenant: Tenant
        let asset: AssetID
        let other: AssetID

        init(_ tenant: Tenant, _ one: AssetID, _ another: AssetID) {
            self.tenant = tenant
            asset = min(one, another)
            other = max(one, another)
        }
    }

    struct DigestPair: Hashable {
        let tenant: Tenant
        let digests: Set<Digest>
    }

    struct FoundDuplicate {
        /// By asset.
        let generations: [AssetID: Int]
        /// As the lesser asset sees it.
        let evidence: DuplicateEvidence
        let finder: AssetID
    }

    func replaceDuplicates(by basis: MatchBasis, _ found: [NearDuplicate], of run: RunKey) {
        for (key, evidence) in duplicates where key.tenant == run.tenant && [key.asset, key.other].contains(run.asset) {
            guard let old = evidence[basis], decision(on: key) != .accepted else { continue }
            if old.finder == run.asset || (old.generations[run.asset] ?? 0) < run.generation {
                duplicates[key]?[basis] = nil
            }
        }
        for duplicate in found where duplicate.other != run.asset {
            let key = PairKey(run.tenant, run.asset, duplicate.other)
            duplicates[key, default: [:]][basis] = FoundDuplicate(
                generations: [run.asset: run.generation, duplicate.other: duplicate.otherGeneration],
                evidence: key.asset == run.asset ? duplicate.evidence : duplicate.evidence.reversed,
                finder: run.asset
            )
        }
    }

    /// Drops what was found in some of the asset's generations; what a person has accepted only with the asset itself.
    func forgetDuplicates(of run: RunKey, _ isForgotten: (Int) -> Bool) {
        let isRemoved = asset(run.asset, of: run.tenant)?.state == .removed
        for (key, evidence) in duplicates where key.tenant == run.tenant && [key.asset, key.other].contains(run.asset) {
            guard isRemoved || decision(on: key) != .accepted else { continue }
            duplicates[key] = evidence.filter { !isForgotten($0.value.generations[run.asset] ?? 0) }
        }
    }

    package func duplicates(of asset: AssetID?, of tenant: Tenant, atMost count: Int) -> [DuplicatePair] {
        let exact = assets.filter { key, record in
            key.tenant == tenant && record.asset.state != .removed && record.asset.copyOf != nil
                && (asset == nil || asset == key.asset || asset == record.asset.copyOf)
        }
        let copies = exact.values.sorted { $0.order < $1.order }.prefix(count).compactMap { record in
            record.asset.copyOf.map { DuplicatePair(copy: record.asset.id, original: $0) }
        }
        let near = duplicates.filter { key, _ in
            key.tenant == tenant && (asset == nil || asset == key.asset || asset == key.other)
        }
        let pairs = near.sorted { ($0.key.asset, $0.key.other) < ($1.key.asset, $1.key.other) }
            .compactMap { pair($0.key, $0.value) }
        return copies + pairs.prefix(count)
    }

    package func decide(
        _ decision: DuplicateDecision,
        on asset: AssetID,
        and other: AssetID,
        by person: String,
        of tenant: Tenant
    ) throws(Fault) {
        guard let digests = digests(PairKey(tenant, asset, other)) else {
            throw .reject("memory.decide", "there is no asset \(asset), or none \(other)")
        }
        guard digests.digests.count == 2 else {
            throw .reject("memory.decide", "\(asset) and \(other) have the same bytes")
        }
        decisions[digests] = decision
    }

    private func pair(_ key: PairKey, _ found: [MatchBasis: FoundDuplicate]) -> DuplicatePair? {
        let decision = decision(on: key)
        let shown = found.values.filter { found in
            decision == .accepted || [key.asset, key.other].allSatisfy { isShown($0, found, key.tenant) }
        }
        guard !shown.isEmpty else { return nil }
        return DuplicatePair(
            asset: key.asset,
            other: key.other,
            evidence: shown.map(\.evidence),
            compared: bases(of: key.asset, key.tenant).intersection(bases(of: key.other, key.tenant)),
            decision: decision
        )
    }

    private func isShown(_ id: AssetID, _ found: FoundDuplicate, _ tenant: Tenant) -> Bool {
        guard let asset = asset(id, of: tenant), asset.state != .removed else { return false }
        return [asset.generation, asset.publishedGeneration].contains(found.generations[id])
    }

    private func decision(on key: PairKey) -> DuplicateDecision? { digests(key).flatMap { decisions[$0] } }

    private func digests(_ key: PairKey) -> DigestPair? {
        guard let one = asset(key.asset, of: key.tenant), let other = asset(key.other, of: key.tenant) else {
            return nil
        }
        return DigestPair(tenant: key.tenant, digests: [one.source.digest, other.source.digest])
    }

    /// What the asset has fingerprints of that others can find it by.
    private func bases(of id: AssetID, _ tenant: Tenant) -> Set<MatchBasis> {
        let kinds = assets[Key(tenant: tenant, asset: id)]?.fingerprints.values.flatMap(\.values) ?? []
        return Set(kinds.filter(\.isIndexed).map(\.kind.basis))
    }
}
