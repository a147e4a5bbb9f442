import Pipeline

/// A catalog that throws one fault at every question, or, without one, takes its time.
struct FailingCatalog: Catalog {
    let fault: Fault?

    private func fail() async throws(Fault) -> Never {
        if let fault { throw fault }
        try? await Task.sleep(for: .seconds(60))
        throw .retry("failing.slow")
    }

    func asset(_ id: AssetID, of tenant: Tenant) async throws(Fault) -> Asset? { try await fail() }
    func original(of digest: Digest, of tenant: Tenant) async throws(Fault) -> Asset? { try await fail() }
    func copies(of asset: AssetID, of tenant: Tenant, atMost count: Int) async throws(Fault) -> [Asset] {
        try await fail()
    }
    func ledger(of asset: AssetID, generation: Int, of tenant: Tenant) async throws(Fault) -> [LedgerRow] {
        try await fail()
    }
    func moments(
        of asset: AssetID,
        generation: Int,
        kinds: Set<MomentKind>,
        of tenant: Tenant
    ) async throws(Fault) -> [StoredMoment] {
        try await fail()
    }
    func outputs(
        of asset: AssetID,
        generation: Int,
        names: Set<OutputName>,
        of tenant: Tenant
    ) async throws(Fault) -> [Output] {
        try await fail()
    }
    func claim(_ run: RunKey, build: String, lease: Duration) async throws(Fault) -> ClaimOutcome { try await fail() }
    func commit(_ commit: Commit) async throws(Fault) -> [OutboxMessage] { try await fail() }
    func postpone(_ claim: Claim, fault: Fault, counts: Bool) async throws(Fault) { try await fail() }
    func fail(_ claim: Claim, fault: Fault, completion: OutboxMessage?) async throws(Fault) -> [OutboxMessage] {
        try await fail()
    }
    func reopen(_ run: RunKey) async throws(Fault) -> Bool { try await fail() }
    func advance(_ claim: Claim, progress: Double?, lease: Duration) async throws(Fault) { try await fail() }
    func unsent(
        to stages: [StageName],
        olderThan age: Duration,
        atMost count: Int
    ) async throws(Fault) -> [OutboxMessage] { try await fail() }
    func markSent(_ ids: [String]) async throws(Fault) { try await fail() }
    func statuses(
        of tenant: Tenant,
        ids: [AssetID]?,
        after cursor: AssetID?,
        atMost count: Int
    ) async throws(Fault) -> [AssetStatus] {
        try await fail()
    }
    func momentPage(
        of asset: AssetID,
        generation: Int,
        after cursor: MomentCursor?,
        atMost count: Int,
        of tenant: Tenant
    ) async throws(Fault) -> MomentPage {
        try await fail()
    }
    func fingerprints(
        _ kind: FingerprintKind,
        of asset: AssetID,
        generation: Int,
        of tenant: Tenant
    ) async throws(Fault) -> Fingerprints {
        try await fail()
    }
    func resembling(
        _ fingerprints: Fingerprints,
        of asset: AssetID,
        of tenant: Tenant
    ) async throws(Fault) -> [MatchCandidate] {
        try await fail()
    }
    func duplicates(of asset: AssetID?, of tenant: Tenant, atMost count: Int) async throws(Fault) -> [DuplicatePair] {
        try await fail()
    }
    func decide(
        _ decision: DuplicateDecision,
        on asset: AssetID,
        and other: AssetID,
        by person: String,
        of tenant: Tenant
    ) async throws(Fault) {
        try await fail()
    }
    func search(_ query: SearchQuery) async throws(Fault) -> [SearchHit] { try await fail() }
    func hasVectors(of model: ModelVersion, of tenant: Tenant) async throws(Fault) -> Bool { try await fail() }
}
