extension MemoryCatalog {
    /// Applies all writes or none.
    func apply(_ writes: [CatalogWrite], of run: RunKey) throws(Fault) {
        let before = (assets, ledger, duplicates)
        do throws(Fault) {
            for write in writes { try apply(write, of: run) }
            try requireOneOriginal(of: run.tenant)
            try requireCopiesOfSameBytes(of: run)
        } catch {
            (assets, ledger, duplicates) = before
            throw error
        }
    }

    private func apply(_ write: CatalogWrite, of run: RunKey) throws(Fault) {
        switch write {
        case .register(let registration): try register(registration, of: run)
        case .confirm(let sequencer): update(run) { $0.asset = $0.asset.with(sequencer: $0.asset.newer(sequencer)) }
        case .remove(let sequencer): remove(sequencer, of: run)
        case .repointCopies(let successor): repoint(from: run, to: successor)
        case .facts(let facts): update(run) { $0.asset = $0.asset.with(facts: facts) }
        case .plan(let plan): add(plan, to: run)
        case .moments(let moments): update(run) { $0.moments[run] = moments }
        case .vectors(let model, let vectors): update(run) { $0.vectors[run] = (model, vectors) }
        case .outputs(let outputs): update(run) { $0.outputs[run] = outputs }
        case .fingerprints(let prints): update(run) { $0.fingerprints[run, default: [:]][prints.kind] = prints }
        case .nearDuplicates(let basis, let found): replaceDuplicates(by: basis, found, of: run)
        case .duplicate, .usage: break
        case .publish(let state, let reason): publish(state, reason: reason, of: run)
        }
    }

    private func register(_ registration: AssetRegistration, of run: RunKey) throws(Fault) {
        let key = Key(tenant: run.tenant, asset: registration.asset)
        let known = assets[key]
        guard registration.generation == (known?.asset.generation ?? 0) + 1 else { throw .retry("memory.register") }
        if let original = registration.copyOf,
            asset(original, of: run.tenant)?.isOriginal(of: registration.source.digest) != true
        {
            throw .retry("memory.register")
        }
        let asset = Asset(
            id: registration.asset,
            generation: registration.generation,
            publishedGeneration: known?.asset.publishedGeneration,
            source: registration.source,
            sequencer: known?.asset.newer(registration.sequencer) ?? registration.sequencer,
            state: .processing,
            copyOf: registration.copyOf,
            uploadedMilliseconds: registration.uploadedMilliseconds
        )
        close(registration.asset, of: run.tenant)
        var record = known ?? Record(asset: asset, order: assets.count)
        record.asset = asset
        assets[key] = record
        let target = RunKey(
            tenant: run.tenant,
            asset: registration.asset,
            generation: registration.generation,
            name: run.name
        )
        add(registration.plan, to: target)
    }

    /// The same bytes have one original. Looked at when all is written: the part may be passed on in any order.
    private func requireOneOriginal(of tenant: Tenant) throws(Fault) {
        var seen: Set<Digest> = []
        for (key, record) in assets where key.tenant == tenant {
            guard record.asset.isOriginal, record.asset.source.byteCount > 0 else { continue }
            if !seen.insert(record.asset.source.digest).inserted { throw .retry("memory.commit") }
        }
    }

    private func requireCopiesOfSameBytes(of run: RunKey) throws(Fault) {
        guard let original = asset(run.asset, of: run.tenant) else { return }
        let copies = assets.filter { $0.key.tenant == run.tenant && $0.value.asset.copyOf == run.asset }
        for copy in copies.values.map(\.asset) where copy.state != .removed {
            guard original.state != .removed, original.source.digest == copy.source.digest else {
                throw .retry("memory.commit")
            }
        }
    }

    private func add(_ plan: Plan, to run: RunKey) {
        for planned in plan.runs {
            let key = RunKey(tenant: run.tenant, asset: run.asset, generation: run.generation, name: planned.name)
            if ledger[key] == nil { add(planned, to: key) }
        }
    }

    private func remove(_ sequencer: Sequencer?, of run: RunKey) {
        close(run.asset, of: run.tenant)
        update(run) { record in
            record.asset = record.asset.with(
                state: .removed,
                reason: .some(nil),
                sequencer: record.asset.newer(sequencer),
                generation: record.asset.generation + 1,
                publishedGeneration: .some(nil),
                facts: .some(nil)
            )
            record.forget { _ in true }
        }
        forgetDuplicates(of: run) { _ in true }
    }

    private func publish(_ state: AssetState, reason: String?, of run: RunKey) {
        update(run) { record in
            record.asset = record.asset.with(state: state, reason: reason, publishedGeneration: run.generation)
            record.forget { $0.generation < run.generation }
        }
        forgetDuplicates(of: run) { $0 < run.generation }
    }

    private func close(_ asset: AssetID, of tenant: Tenant) {
        for key in ledger.keys where key.tenant == tenant && key.asset == asset && key.generation > 0 {
            if ledger[key]?.state.isClosed == false { ledger[key]?.state = .stale }
        }
    }

    private func repoint(from run: RunKey, to successor: AssetID) {
        for (key, record) in assets where key.tenant == run.tenant && record.asset.copyOf == run.asset {
            assets[key]?.asset = record.asset.with(copyOf: key.asset == successor ? nil : successor)
        }
    }
}

extension Asset {
    /// Whether others with the same bytes are copies of it.
    var isOriginal: Bool { copyOf == nil && state != .removed && state != .failed }

    func isOriginal(of digest: Digest) -> Bool { isOriginal && source.digest == digest }

    /// The later of the known sequencer and another.
    func newer(_ other: Sequencer?) -> Sequencer? {
        guard let sequencer, let other else { return other ?? sequencer }
        return max(sequencer, other)
    }

    func with(
        state: AssetState? = nil,
        reason: String?? = .none,
        sequencer: Sequencer? = nil,
        generation: Int? = nil,
        publishedGeneration: Int?? = .none,
        copyOf: AssetID?? = .none,
        facts: AssetFacts?? = .none
    ) -> Asset {
        Asset(
            id: id,
            generation: generation ?? self.generation,
            publishedGeneration: publishedGeneration ?? self.publishedGeneration,
            source: source,
            sequencer: sequencer ?? self.sequencer,
            state: state ?? self.state,
            reason: reason ?? self.reason,
            copyOf: copyOf ?? self.copyOf,
            facts: facts ?? self.facts,
            uploadedMilliseconds: uploadedMilliseconds
        )
    }
}
