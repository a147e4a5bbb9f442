/// A catalog in memory, with the ledger's rules. Search knows whole words and vectors, no stems and no grammar.
package actor MemoryCatalog: Catalog {
    var assets: [Key: Record] = [:]
    var ledger: [RunKey: Row] = [:]
    /// Of rows that were taken away.
    var formerFences: [RunKey: Int64] = [:]
    var outbox: [OutboxMessage] = []
    var duplicates: [PairKey: [MatchBasis: FoundDuplicate]] = [:]
    /// By the digests of their bytes, the lesser first.
    var decisions: [DigestPair: DuplicateDecision] = [:]
    private var planCount = 0
    private let now: @Sendable () -> ContinuousClock.Instant

    struct Key: Hashable {
        let tenant: Tenant
        let asset: AssetID
    }

    struct Record {
        var asset: Asset
        var order: Int
        var moments: [RunKey: [Moment]] = [:]
        var vectors: [RunKey: (model: ModelVersion, vectors: [MomentVector])] = [:]
        var outputs: [RunKey: [Output]] = [:]
        var fingerprints: [RunKey: [FingerprintKind: Fingerprints]] = [:]

        /// Drops what some runs have found.
        mutating func forget(_ isForgotten: (RunKey) -> Bool) {
            moments = moments.filter { !isForgotten($0.key) }
            vectors = vectors.filter { !isForgotten($0.key) }
            outputs = outputs.filter { !isForgotten($0.key) }
            fingerprints = fingerprints.filter { !isForgotten($0.key) }
        }
    }

    struct Row {
        var planned: PlannedRun
        var order: Int
        var state: RunState = .pending
        var fence: Int64 = 0
        var attempts = 0
        /// Begun, and neither ended nor given back.
        var isBegun = false
        var heldUntil: ContinuousClock.Instant?
        var progress: Double?
        var reason: String?

        var shown: LedgerRow {
            LedgerRow(run: planned, state: state, attempts: attempts, progress: progress, reason: reason)
        }
    }

    /// Makes an empty catalog; `now` is the time by which claims run out.
    package init(now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) { self.now = now }

    package func claim(_ run: RunKey, build: String, lease: Duration) -> ClaimOutcome {
        if run.generation == 0 {
            if ledger[run] == nil { add(PlannedRun(run.name), to: run) }
        } else {
            guard let asset = assets[Key(tenant: run.tenant, asset: run.asset)]?.asset, ledger[run] != nil,
                asset.generation == run.generation, asset.state != .removed
            else { return .stale }
        }
        guard var row = ledger[run], !row.state.isClosed else { return .closed }
        if let heldUntil = row.heldUntil, now() < heldUntil { return .busy }
        row.heldUntil = now() + lease
        row.progress = nil
        row.fence += 1
        row.attempts += 1
        row.state = .running
        let claim = Claim(run: run, fence: row.fence, attempt: row.attempts, isAfterCrash: row.isBegun)
        row.isBegun = true
        ledger[run] = row
        return .granted(claim)
    }

    /// Lets all claims run out, as if nobody had renewed them.
    package func expireClaims() {
        for key in ledger.keys { ledger[key]?.heldUntil = nil }
    }

    package func commit(_ commit: Commit) throws(Fault) -> [OutboxMessage] {
        let run = commit.claim.run
        guard let row = ledger[run], row.fence == commit.claim.fence, !row.state.isClosed else {
            throw .retry("memory.commit")
        }
        try apply(commit.rows, of: run)
        ledger[run]?.state = commit.isEmpty ? .empty : .done
        ledger[run]?.progress = 1
        ledger[run]?.reason = commit.note
        return enqueue(commit.messages + completing(run, commit.completion()))
    }

    package func postpone(_ claim: Claim, fault: Fault, counts: Bool) {
        guard holds(claim) else { return }
        if !counts { ledger[claim.run]?.attempts -= 1 }
        ledger[claim.run]?.isBegun = false
        ledger[claim.run]?.heldUntil = nil
        ledger[claim.run]?.reason = fault.description
    }

    package func fail(_ claim: Claim, fault: Fault, completion: OutboxMessage?) -> [OutboxMessage] {
        guard holds(claim) else { return [] }
        let run = claim.run
        ledger[run]?.state = .failed
        ledger[run]?.reason = fault.description
        for name in dependents(of: run) {
            let key = RunKey(tenant: run.tenant, asset: run.asset, generation: run.generation, name: name)
            guard ledger[key]?.state.isClosed == false else { continue }
            ledger[key]?.state = .skipped
            ledger[key]?.reason = "\(run.name) has failed"
        }
        if run.isPublish {
            update(run) { $0.asset = $0.asset.with(state: .failed, reason: fault.description) }
        }
        return enqueue(completing(run, completion))
    }

    package func advance(_ claim: Claim, progress: Double?, lease: Duration) {
        guard holds(claim), ledger[claim.run]?.isBegun == true else { return }
        if let progress { ledger[claim.run]?.progress = progress }
        ledger[claim.run]?.heldUntil = now() + lease
    }

    package func unsent(to stages: [StageName], olderThan age: Duration, atMost count: Int) -> [OutboxMessage] {
        Array(outbox.filter { stages.contains($0.stage) }.prefix(count))
    }

    package func markSent(_ ids: [String]) { outbox.removeAll { ids.contains($0.id) } }

    /// Writes rows without a claim: how a test lays out its world.
    ///
    /// - Throws: as ``commit(_:)``.
    package func write(_ rows: [CatalogWrite], for run: RunKey) throws(Fault) {
        try apply(rows, of: run)
    }

    func add(_ planned: PlannedRun, to run: RunKey) {
        planCount += 1
        ledger[run] = Row(planned: planned, order: planCount)
    }

    func update(_ run: RunKey, _ change: (inout Record) -> Void) {
        guard var record = assets[Key(tenant: run.tenant, asset: run.asset)] else { return }
        change(&record)
        assets[Key(tenant: run.tenant, asset: run.asset)] = record
    }

    private func holds(_ claim: Claim) -> Bool {
        guard let row = ledger[claim.run] else { return false }
        return row.fence == claim.fence && !row.state.isClosed
    }

    private func enqueue(_ messages: [OutboxMessage]) -> [OutboxMessage] {
        for message in messages where !outbox.contains(where: { $0.id == message.id }) { outbox.append(message) }
        return messages
    }

    /// The completion, where all of the generation's runs are closed for the first time; Publish's row is added.
    private func completing(_ run: RunKey, _ completion: @autoclosure () -> OutboxMessage?) -> [OutboxMessage] {
        let name = RunName("publish")
        let publish = RunKey(tenant: run.tenant, asset: run.asset, generation: run.generation, name: name)
        guard run.generation > 0, !run.isPublish, ledger[publish] == nil,
            let asset = asset(run.asset, of: run.tenant), asset.generation == run.generation, asset.state != .removed,
            rows(of: run.asset, run.generation, run.tenant).allSatisfy(\.value.state.isClosed),
            let completion = completion()
        else { return [] }
        add(PlannedRun(name), to: publish)
        ledger[publish]?.fence = formerFences[publish] ?? 0
        return [completion]
    }

    private func dependents(of run: RunKey) -> [RunName] {
        let planned = rows(of: run.asset, run.generation, run.tenant).map(\.value.planned)
        return (try? Plan(planned))?.dependents(of: run.name) ?? []
    }

    func rows(of asset: AssetID, _ generation: Int, _ tenant: Tenant) -> [(key: RunKey, value: Row)] {
        ledger
            .filter { $0.key.tenant == tenant && $0.key.asset == asset && $0.key.generation == generation }
            .sorted { $0.value.order < $1.value.order }
    }
}

extension RunKey {
    var isPublish: Bool { name.stage == "publish" }
}
