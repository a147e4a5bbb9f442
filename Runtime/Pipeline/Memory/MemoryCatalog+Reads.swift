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
        return stored.filter { kinds.contains($0.moment.kind) }.sorted { $0.place < $1.place }
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

    package func statuses(of tenant: Tenant, ids: [AssetID]?, atMost count: Int) -> [AssetStatus] {
        let shown = assets.filter { key, record in
            key.tenant == tenant && (ids.map { $0.contains(key.asset) } ?? (record.asset.state != .removed))
        }
        return shown.values.sorted { $0.order > $1.order }.prefix(count).map { record in
            let asset = record.asset
            return AssetStatus(asset: asset, runs: ledger(of: asset.id, generation: asset.generation, of: tenant))
        }
    }
}

extension StoredMoment {
    fileprivate var place: (Int, String, String, Int) {
        (moment.startMilliseconds, key.run.stage.rawValue, key.run.part, key.ordinal)
    }
}
