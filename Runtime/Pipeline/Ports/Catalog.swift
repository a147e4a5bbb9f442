/// The record and its ledger: who may run what, what they found, what is to be sent.
///
/// Every call throws retry, where the database did not answer or two writers met, and reject, where it refused.
package protocol Catalog: CatalogReader {
    /// Asks for the right to run something; takes it over from whoever has not renewed it.
    ///
    /// A run of generation 0 (Ingest) is added to the ledger by its first claim; any other must have been planned.
    /// - Parameters:
    ///   - run: the ledger's row.
    ///   - build: which build of the code asks, for the record.
    ///   - lease: how long the right holds unless it is renewed.
    /// - Returns: granted with the next fence and one attempt more; busy, while another's right holds; closed; or stale, where the row is not there or the
    ///   generation is not the asset's current one.
    /// - Throws: see the protocol.
    func claim(_ run: RunKey, build: String, lease: Duration) async throws(Fault) -> ClaimOutcome

    /// Ends a run well: all rows and messages, the ledger and the audit trail in one transaction.
    ///
    /// - Returns: the messages that are now in the outbox, the completion among them where this commit closed the
    ///   ledger of a generation that had not been closed before.
    /// - Throws: retry, where the claim is no longer the newest, a registered generation is not the next one, the bytes
    ///   have got another original meanwhile, or what a copy is registered of is no original any more (itself a copy,
    ///   failed, removed or not known): nothing is written.
    func commit(_ commit: Commit) async throws(Fault) -> [OutboxMessage]

    /// Notes that an attempt has ended without a result and the run will be tried again.
    ///
    /// - Parameters:
    ///   - claim: an old one changes nothing.
    ///   - fault: what happened.
    ///   - counts: whether the attempt counts against the stage's limit; one that was throttled or interrupted by a
    ///     shutdown does not.
    /// - Throws: see the protocol.
    func postpone(_ claim: Claim, fault: Fault, counts: Bool) async throws(Fault)

    /// Ends a run for good as failed, and skips all that waits for it. Publish failing makes the asset failed.
    ///
    /// - Parameters:
    ///   - claim: an old one changes nothing.
    ///   - fault: its reason is what a person reads.
    ///   - completion: goes out where this closes the generation's ledger.
    /// - Returns: the messages that are now in the outbox.
    /// - Throws: see the protocol.
    func fail(_ claim: Claim, fault: Fault, completion: OutboxMessage?) async throws(Fault) -> [OutboxMessage]

    /// Opens a failed run again, with all its attempts before it; who was skipped for it waits for it again.
    ///
    /// The asset is at work again: the generation's completion goes out once more when its ledger is closed.
    /// - Parameter run: the ledger's row.
    /// - Returns: whether the run can be claimed now; false where it has ended well, is not planned, its
    ///   generation is not the current one, or another asset has become the original of its bytes since it failed.
    /// - Throws: retry also where the generation is being published at this moment.
    func reopen(_ run: RunKey) async throws(Fault) -> Bool

    /// Renews a claim and notes how far its run has come. A claim that is old, or whose run was postponed, changes nothing.
    ///
    /// - Parameters:
    ///   - claim: of the run.
    ///   - progress: 0 to 1; nil where it is not known.
    ///   - lease: how long the right holds from now.
    /// - Throws: see the protocol.
    func advance(_ claim: Claim, progress: Double?, lease: Duration) async throws(Fault)

    /// Takes messages of the outbox, of all tenants, that nobody has sent or taken for `age`; nobody else gets them for as
    /// long again.
    ///
    /// - Parameters:
    ///   - stages: to which they go; messages to others are left.
    ///   - age: since when they stand there, or were taken last.
    ///   - count: at most so many.
    /// - Returns: the oldest first.
    /// - Throws: see the protocol.
    func unsent(
        to stages: [StageName],
        olderThan age: Duration,
        atMost count: Int
    ) async throws(Fault) -> [OutboxMessage]

    /// Takes messages out of the outbox.
    ///
    /// - Throws: see the protocol.
    func markSent(_ ids: [String]) async throws(Fault)

    /// Assets with their ledgers, the last to be registered for the first time first.
    ///
    /// - Parameters:
    ///   - tenant: whose.
    ///   - ids: only these, in whatever order; nil for all. Removed assets are shown only where asked for.
    ///   - cursor: only what comes after this asset; none where it was never registered. Nil to begin with the first.
    ///   - count: at most so many.
    /// - Returns: those that are known.
    /// - Throws: see the protocol.
    func statuses(
        of tenant: Tenant,
        ids: [AssetID]?,
        after cursor: AssetID?,
        atMost count: Int
    ) async throws(Fault) -> [AssetStatus]

    /// Some of the moments of one generation, of all kinds, by start, then by key.
    ///
    /// - Parameters:
    ///   - asset: whose they are.
    ///   - generation: of the asset.
    ///   - cursor: only what comes after this place; nil to begin with the first.
    ///   - count: at most so many.
    ///   - tenant: whose asset.
    /// - Returns: the moments, and how many there are in all.
    /// - Throws: see the protocol.
    func momentPage(
        of asset: AssetID,
        generation: Int,
        after cursor: MomentCursor?,
        atMost count: Int,
        of tenant: Tenant
    ) async throws(Fault) -> MomentPage

    /// Keeps what a person has said of two assets, about their bytes: no later run changes it, and copies share it.
    ///
    /// - Parameters:
    ///   - decision: replaces an earlier one.
    ///   - asset: one of the two.
    ///   - other: the other.
    ///   - person: who has said it, for the audit trail.
    ///   - tenant: whose.
    /// - Throws: reject also where one is not known, or both have the same bytes.
    func decide(
        _ decision: DuplicateDecision,
        on asset: AssetID,
        and other: AssetID,
        by person: String,
        of tenant: Tenant
    ) async throws(Fault)

    /// Answers a search, best first; nothing where nothing fits or nothing is asked.
    ///
    /// By words, by meaning and by the names of assets; what holds a term that the question excludes is no answer.
    ///
    /// - Throws: see the protocol.
    func search(_ query: SearchQuery) async throws(Fault) -> [SearchHit]

    /// Whether people see any moment with a vector of this model: without one, no search by its meaning finds anything.
    ///
    /// - Throws: see the protocol.
    func hasVectors(of model: ModelVersion, of tenant: Tenant) async throws(Fault) -> Bool
}

extension Catalog {
    /// The first of the assets with their ledgers.
    ///
    /// - Throws: see the protocol.
    package func statuses(
        of tenant: Tenant,
        ids: [AssetID]?,
        atMost count: Int
    ) async throws(Fault) -> [AssetStatus] {
        try await statuses(of: tenant, ids: ids, after: nil, atMost: count)
    }
}
