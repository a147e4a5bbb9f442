import Pipeline

/// A ledger that grants every claim and keeps nothing: PostgreSQL's part is measured elsewhere.
struct NoOpCatalog: Catalog {
    func claim(_ run: RunKey, build: String, lease: Duration) -> ClaimOutcome {
        .granted(Claim(run: run, fence: 1, attempt: 1))
    }

    func commit(_ commit: Commit) -> [OutboxMessage] { [] }
    func postpone(_ claim: Claim, fault: Fault, counts: Bool) {}
    func fail(_ claim: Claim, fault: Fault, completion: OutboxMessage?) -> [OutboxMessage] { [] }
    func reopen(_ run: RunKey) -> Bool { false }
    func advance(_ claim: Claim, progress: Double?, lease: Duration) {}
    func unsent(to stages: [StageName], olderThan age: Duration, atMost count: Int) -> [OutboxMessage] { [] }
    func markSent(_ ids: [String]) {}
    func search(_ query: SearchQuery) -> [SearchHit] { [] }
    func hasVectors(of model: ModelVersion, of tenant: Tenant) -> Bool { false }
    func duplicates(of asset: AssetID?, of tenant: Tenant, atMost count: Int) -> [DuplicatePair] { [] }
    func resembling(_ fingerprints: Fingerprints, of asset: AssetID, of tenant: Tenant) -> [MatchCandidate] { [] }
    func asset(_ id: AssetID, of tenant: Tenant) -> Asset? { nil }
    func original(of digest: Digest, of tenant: Tenant) -> Asset? { nil }
    func copies(of asset: AssetID, of tenant: Tenant, atMost count: Int) -> [Asset] { [] }
    func ledger(of asset: AssetID, generation: Int, of tenant: Tenant) -> [LedgerRow] { [] }

    func statuses(
        of tenant: Tenant,
        ids: [AssetID]?,
        after cursor: AssetID?,
        atMost count: Int
    ) -> [AssetStatus] { [] }

    func momentPage(
        of asset: AssetID,
        generation: Int,
        after cursor: MomentCursor?,
        atMost count: Int,
        of tenant: Tenant
    ) -> MomentPage { MomentPage(moments: [], count: 0) }

    func moments(
        of asset: AssetID,
        generation: Int,
        kinds: Set<MomentKind>,
        of tenant: Tenant
    ) -> [StoredMoment] { [] }

    func fingerprints(
        _ kind: FingerprintKind,
        of asset: AssetID,
        generation: Int,
        of tenant: Tenant
    ) -> Fingerprints { .none(kind) }

    func decide(
        _ decision: DuplicateDecision,
        on asset: AssetID,
        and other: AssetID,
        by person: String,
        of tenant: Tenant
    ) {}

    func outputs(of asset: AssetID, generation: Int, names: Set<OutputName>, of tenant: Tenant) -> [Output] { [] }
}
