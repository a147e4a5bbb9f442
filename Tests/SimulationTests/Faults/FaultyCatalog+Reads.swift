import Pipeline

extension FaultyCatalog {
    func asset(_ id: AssetID, of tenant: Tenant) async throws(Fault) -> Asset? { await inner.asset(id, of: tenant) }

    func original(of digest: Digest, of tenant: Tenant) async throws(Fault) -> Asset? {
        await inner.original(of: digest, of: tenant)
    }

    func copies(of asset: AssetID, of tenant: Tenant, atMost count: Int) async throws(Fault) -> [Asset] {
        await inner.copies(of: asset, of: tenant, atMost: count)
    }

    func ledger(of asset: AssetID, generation: Int, of tenant: Tenant) async throws(Fault) -> [LedgerRow] {
        try await call { () async throws(Fault) in
            await inner.ledger(of: asset, generation: generation, of: tenant)
        }
    }

    func moments(
        of asset: AssetID,
        generation: Int,
        kinds: Set<MomentKind>,
        of tenant: Tenant
    ) async throws(Fault) -> [StoredMoment] {
        await inner.moments(of: asset, generation: generation, kinds: kinds, of: tenant)
    }

    func outputs(
        of asset: AssetID,
        generation: Int,
        names: Set<OutputName>,
        of tenant: Tenant
    ) async throws(Fault) -> [Output] {
        await inner.outputs(of: asset, generation: generation, names: names, of: tenant)
    }

    func statuses(of tenant: Tenant, ids: [AssetID]?, atMost count: Int) async throws(Fault) -> [AssetStatus] {
        await inner.statuses(of: tenant, ids: ids, atMost: count)
    }

    func search(_ query: SearchQuery) async throws(Fault) -> [SearchHit] { await inner.search(query) }
}
