internal import Pipeline

/// What a catalog knows of the assets that runs are about, as far as stages ask for it.
struct KnownAssets {
    /// The stage that asks for what other assets hold.
    private static let comparing: StageName = "match"

    private let catalog: any CatalogReader

    init(_ catalog: any CatalogReader) { self.catalog = catalog }

    fileprivate struct Found {
        let tenant: Tenant
        let asset: Asset
        /// Whether a run is about it: then all that was found in it belongs to the case.
        let isSubject: Bool
    }

    /// Reads the assets, their originals and copies, and originals of the same bytes.
    ///
    /// - Parameters:
    ///   - runs: of one message.
    ///   - digests: of the bytes that the message is about.
    /// - Returns: in an order in which they can be registered: what is no original any more first, copies last.
    /// - Throws: the catalog's fault.
    func read(_ runs: [RunKey], digests: [Digest]) async throws(Fault) -> [ReplayCase.Known] {
        var found: [Found] = []
        for run in runs {
            let asset = try await catalog.asset(run.asset, of: run.tenant)
            if let asset { add(asset, run.tenant, isSubject: true, to: &found) }
            for digest in digests + (asset.map { [$0.source.digest] } ?? []) {
                let original = try await catalog.original(of: digest, of: run.tenant)
                if let original { add(original, run.tenant, to: &found) }
            }
            guard let asset else { continue }
            if let id = asset.copyOf, let original = try await catalog.asset(id, of: run.tenant) {
                add(original, run.tenant, to: &found)
            }
            let copies = try await catalog.copies(of: asset.id, of: run.tenant, atMost: CaseLimits.copyCount)
            for copy in copies { add(copy, run.tenant, to: &found) }
            if run.name.stage == Self.comparing { try await addResembling(asset, run.tenant, to: &found) }
        }
        let ordered = found.enumerated().sorted { ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset) }
        var known: [ReplayCase.Known] = []
        let comparesFingerprints = runs.contains { $0.name.stage == Self.comparing }
        for one in ordered.map(\.element) { known.append(try await self.known(one, found, comparesFingerprints)) }
        return known
    }

    /// What Match may find that the asset repeats.
    private func addResembling(_ asset: Asset, _ tenant: Tenant, to found: inout [Found]) async throws(Fault) {
        for fingerprints in try await fingerprints(asset, tenant) ?? [] {
            for candidate in try await catalog.resembling(fingerprints, of: asset.id, of: tenant) {
                if let other = try await catalog.asset(candidate.asset, of: tenant) { add(other, tenant, to: &found) }
            }
        }
    }

    private func fingerprints(_ asset: Asset, _ tenant: Tenant) async throws(Fault) -> [Fingerprints]? {
        var all: [Fingerprints] = []
        for kind in FingerprintKind.allCases {
            let (id, generation) = (asset.id, asset.generation)
            all.append(try await catalog.fingerprints(kind, of: id, generation: generation, of: tenant))
        }
        all.removeAll(where: \.isEmpty)
        return all.isEmpty ? nil : all
    }

    private func add(_ asset: Asset, _ tenant: Tenant, isSubject: Bool = false, to found: inout [Found]) {
        if let index = found.firstIndex(where: { $0.asset.id == asset.id && $0.tenant == tenant }) {
            if isSubject { found[index] = Found(tenant: tenant, asset: asset, isSubject: true) }
        } else {
            found.append(Found(tenant: tenant, asset: asset, isSubject: isSubject))
        }
    }

    private func known(
        _ one: Found,
        _ all: [Found],
        _ comparesFingerprints: Bool
    ) async throws(Fault) -> ReplayCase.Known {
        let asset = one.asset
        let isRemoved = asset.state == .removed
        let ledger = one.isSubject && !isRemoved ? try await self.ledger(one) : []
        let original = all.first { $0.tenant == one.tenant && $0.asset.id == asset.copyOf }?.asset
        let registration = AssetRegistration(
            asset: asset.id,
            // The removal counts as one of its own.
            generation: max(asset.generation - (isRemoved ? 1 : 0), 1),
            source: asset.source,
            sequencer: asset.sequencer,
            copyOf: original?.isWhole == true && original?.source.digest == asset.source.digest ? asset.copyOf : nil,
            plan: try Plan(ledger.map(\.run))
        )
        return ReplayCase.Known(
            tenant: one.tenant,
            registration: registration,
            facts: asset.facts,
            moments: one.isSubject && !isRemoved ? try await moments(one) : nil,
            outputs: one.isSubject && !isRemoved ? try await outputs(one) : nil,
            fingerprints: comparesFingerprints ? try await fingerprints(asset, one.tenant) : nil,
            ledger: ledger.isEmpty ? nil : ledger,
            state: asset.state == .processing ? nil : asset.state,
            reason: asset.reason
        )
    }

    /// Without what differs from one moment to the next and no stage asks for.
    private func ledger(_ one: Found) async throws(Fault) -> [LedgerRow] {
        try await catalog.ledger(of: one.asset.id, generation: one.asset.generation, of: one.tenant).map {
            LedgerRow(run: $0.run, state: $0.state, attempts: $0.attempts, reason: $0.reason)
        }
    }

    private func moments(_ one: Found) async throws(Fault) -> [ReplayCase.Found]? {
        let stored = try await catalog.moments(
            of: one.asset.id,
            generation: one.asset.generation,
            kinds: Set(MomentKind.allCases),
            of: one.tenant
        )
        let runs = Dictionary(grouping: stored) { $0.key.run }.sorted { $0.key.description < $1.key.description }
        guard !runs.isEmpty else { return nil }
        return runs.map { run, moments in
            ReplayCase.Found(run: run, moments: moments.sorted { $0.key.ordinal < $1.key.ordinal }.map(\.moment))
        }
    }

    private func outputs(_ one: Found) async throws(Fault) -> [Output]? {
        let outputs = try await catalog.outputs(
            of: one.asset.id,
            generation: one.asset.generation,
            names: Set(OutputName.allCases),
            of: one.tenant
        )
        return outputs.isEmpty ? nil : outputs
    }
}

extension KnownAssets.Found {
    fileprivate var rank: Int {
        if !asset.isWhole { return 0 }
        return asset.copyOf == nil ? 1 : 2
    }
}

extension Asset {
    /// Whether others may be its copies, as far as its state says.
    fileprivate var isWhole: Bool { state != .removed && state != .failed }
}
