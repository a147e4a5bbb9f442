extension MemoryCatalog {
    package func asset(_ id: AssetID, of tenant: Tenant) -> Asset? {
        assets[Key(tenant: tenant, asset: id)]?.asset
    }

    package func original(of digest: Digest, of tenant: Tenant) -> Asset? {
        let originals = assets.filter {
            $0.key.tenant == tenant && $0.value.asset.source.digest == digest && $0.value.asset.isOriginal
        }
        return originals.values.min { $0.order < $1.order }?.asset
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
        return stored.filter { kinds.contains($0.moment.kind) }.sorted { MomentCursor($0) < MomentCursor($1) }
    }

    package func momentPage(
        of asset: AssetID,
        generation: Int,
        after cursor: MomentCursor?,
        atMost count: Int,
        of tenant: Tenant
    ) -> MomentPage {
        let all = moments(of: asset, generation: generation, kinds: Set(MomentKind.allCases), of: tenant)
        let rest = all.drop { stored in cursor.map { MomentCursor(stored) <= $0 } ?? false }
        return MomentPage(moments: Array(rest.prefix(count)), count: all.count)
    }

    package func outputs(
        of asset: AssetID,
        generation: Int,
        names: Set<OutputName>,
        of tenant: Tenant
    ) -> [Output] {
        guard let record = assets[Key(tenant: tenant, asset: asset)] else { return [] }
        return record.outputs.filter { $0.key.generation == generation }
            .flatMap(\.value)
            .filter { names.contains($0.name) }
            .sorted { ($0.startMilliseconds ?? 0, $0.key) < ($1.startMilliseconds ?? 0, $1.key) }
    }

    package func statuses(
        of tenant: Tenant,
        ids: [AssetID]?,
        after cursor: AssetID?,
        atMost count: Int
    ) -> [AssetStatus] {
        let end: Int = cursor.map { assets[Key(tenant: tenant, asset: $0)]?.order ?? .min } ?? .max
        let shown = assets.filter { key, record in
            key.tenant == tenant && (ids.map { $0.contains(key.asset) } ?? (record.asset.state != .removed))
        }
        let ordered = shown.values.filter { $0.order < end }.sorted { $0.order > $1.order }
        return ordered.prefix(count).map { record in
            let asset = record.asset
            return AssetStatus(asset: asset, runs: ledger(of: asset.id, generation: asset.generation, of: tenant))
        }
    }
}
