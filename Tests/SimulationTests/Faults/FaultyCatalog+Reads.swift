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

    func statuses(
        of tenant: Tenant,
        ids: [AssetID]?,
        after cursor: AssetID?,
        atMost count: Int
    ) async throws(Fault) -> [AssetStatus] {
        await inner.statuses(of: tenant, ids: ids, after: cursor, atMost: count)
    }

    func momentPage(
        of asset: AssetID,
        generation: Int,
        after cursor: MomentCursor?,
        atMost count: Int,
        of tenant: Tenant
    ) async throws(Fault) -> MomentPage {
        await inner.momentPage(of: asset, generation: generation, after: cursor, atMost: count, of: tenant)
    }

    func fingerprints(
        _ kind: FingerprintKind,
        of asset: AssetID,
        generation: Int,
        of tenant: Tenant
    ) async throws(Fault) -> Fingerprints {
        await inner.fingerprints(kind, of: asset, generation: generation, of: tenant)
    }

    func resembling(
        _ fingerprints: Fingerprints,
        of asset: AssetID,
        of tenant: Tenant
    ) async throws(Fault) -> [MatchCandidate] {
        await inner.resembling(fingerprints, of: asset, of: tenant)
    }

    func duplicates(of asset: AssetID?, of tenant: Tenant, atMost count: Int) async throws(Fault) -> [DuplicatePair] {
        await inner.duplicates(of: asset, of: tenant, atMost: count)
    }

    func decide(
        _ decision: DuplicateDecision,
        on asset: AssetID,
        and other: AssetID,
        by person: String,
        of tenant: Tenant
    ) async throws(Fault) {
        try await inner.decide(decision, on: asset, and: other, by: person, of: tenant)
    }

    func search(_ query: SearchQuery) async throws(Fault) -> [SearchHit] { await inner.search(query) }

    func hasVectors(of model: ModelVersion, of tenant: Tenant) async throws(Fault) -> Bool {
        await inner.hasVectors(of: model, of: tenant)
    }
}
