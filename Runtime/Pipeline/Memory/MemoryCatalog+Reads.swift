extension MemoryCatalog {
    package func asset(_ id: AssetID, of tenant: Tenant) -> Asset? {
        assets[Key(tenant: tenant, asset: id)]?.asset
    }

    package func original(of digest: Digest, of tenant: Tenant) -> Asset? {
        assets.first { $0.key.tenant == tenant && $0.value.asset.source.digest == digest && $0.value.asset.isOriginal }?
            .value.asset
    }

    package func copies(of asset: AssetID, of tenant: Tenant, atMost count: Int) -> [Asset] {
        let copies = assets.filter { $0.key.tenant == tenant && $0.value.asset.copyOf == asset }.values
            .filter { $0.asset.state != .removed }
            .sorted { $0.order < $1.order }
        return copies.prefix(count).map(\.asset)
    }

    package func ledger(of asset: AssetID, generation: Int, of tenant: Tenant) -> [LedgerRow] {
        rows(of: asset, generation, tenant).map(\.value.shown)
    }

    package func moments(
        of asset: AssetID,
        generation: Int,
        kinds: Set<MomentKind>,
        of tenant: Tenant
    ) -> [StoredMoment] {
        guard let record = assets[Key(tenant: tenant, asset: asset)] else { return [] }
        let stored = record.moments.filter { $0.key.generation == generation }
            .flatMap { run, moments in
                moments.enumerated().map { StoredMoment(key: MomentKey(run: run.name, ordinal: $0), moment: $1) }
            }
        return stored.filter { kinds.contains($0.moment.kind) }.sorted { $0.place < $1.place }
    }

    package func outputs(
        of asset: AssetID,
        generation: Int,
        name: OutputName,
        of tenant: Tenant
    ) -> [Output] {
        guard let record = assets[Key(tenant: tenant, asset: asset)] else { return [] }
        return record.outputs.filter { $0.key.generation == generation }
            .flatMap(\.value)
            .filter { $0.name == name }
            .sorted { ($0.startMilliseconds ?? 0, $0.key) < ($1.startMilliseconds ?? 0, $1.key) }
    }

    package func statuses(of tenant: Tenant, ids: [AssetID]?, atMost count: Int) -> [AssetStatus] {
        let shown = assets.filter { key, record in
            key.tenant == tenant && (ids.map { $0.contains(key.asset) } ?? (record.asset.state != .removed))
        }
        return shown.values.sorted { $0.order > $1.order }.prefix(count).map { record in
            let asset = record.asset
            return AssetStatus(asset: asset, runs: ledger(of: asset.id, generation: asset.generation, of: tenant))
        }
    }

    package func search(_ query: SearchQuery) -> [SearchHit] {
        let wanted = query.asset.map { self.asset($0, of: query.tenant)?.copyOf ?? $0 }
        let words = query.text.lowercased().split { !$0.isLetter && !$0.isNumber }
        var hits: [SearchHit] = []
        for (key, record) in assets where key.tenant == query.tenant && (wanted == nil || wanted == key.asset) {
            guard let published = record.asset.publishedGeneration else { continue }
            let kinds = Set(MomentKind.allCases)
            for stored in moments(of: key.asset, generation: published, kinds: kinds, of: key.tenant) {
                let text = stored.moment.text.lowercased()
                let vector = record.vectors.values.lazy.flatMap(\.vectors).first { $0.moment == stored.key }?.values
                let distance = query.vector.flatMap { asked in vector.map { Self.cosineDistance(asked, $0) } }
                let isNear = (distance ?? 2) <= query.maximumDistance
                let isNamed = !words.isEmpty && words.allSatisfy { text.contains($0) }
                guard isNear || isNamed else { continue }
                hits.append(hit(record.asset, stored.moment, score: isNamed ? 2.0 / 61 : 1.0 / 61, distance: distance))
            }
        }
        let best = hits.sorted { ($0.score, -($0.distance ?? 2)) > ($1.score, -($1.distance ?? 2)) }
        return Array(best.prefix(query.limit))
    }

    private func hit(_ asset: Asset, _ moment: Moment, score: Double, distance: Double?) -> SearchHit {
        SearchHit(
            asset: asset.id,
            name: asset.source.key,
            media: asset.facts?.kind,
            kind: moment.kind,
            startMilliseconds: moment.startMilliseconds,
            endMilliseconds: moment.endMilliseconds,
            text: moment.text,
            score: score,
            distance: distance,
            copies: []
        )
    }

    /// 1 less the cosine; both vectors have length 1.
    private static func cosineDistance(_ left: [Float], _ right: [Float]) -> Double {
        1 - Double(zip(left, right).reduce(Float(0)) { $0 + $1.0 * $1.1 })
    }
}

extension StoredMoment {
    fileprivate var place: (Int, String, String, Int) {
        (moment.startMilliseconds, key.run.stage.rawValue, key.run.part, key.ordinal)
    }
}
