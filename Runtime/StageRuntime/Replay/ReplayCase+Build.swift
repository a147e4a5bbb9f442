package import Pipeline

extension ReplayCase {
    /// Builds the world in memory.
    ///
    /// - Parameter folder: that the case is in.
    /// - Returns: a catalog and a bucket that hold what the case says.
    /// - Throws: reject, where a file is not there; retry, where the assets contradict each other.
    package func build(folder: String) async throws(Fault) -> (catalog: MemoryCatalog, objects: MemoryObjectStore) {
        let store = MemoryObjectStore()
        for (key, file) in objects ?? [:] {
            let source = try FileByteSource(path: "\(folder)/\(file)")
            let bytes = try source.read(at: 0, count: Int(source.byteCount))
            await store.overwrite(key, bytes, contentType: contentTypes?[key] ?? "application/octet-stream")
        }
        let catalog = MemoryCatalog()
        for known in assets ?? [] { try await catalog.add(known) }
        return (catalog, store)
    }
}

extension MemoryCatalog {
    fileprivate func add(_ known: ReplayCase.Known) throws(Fault) {
        let registration = known.registration
        let ingest = RunKey(
            tenant: known.tenant,
            asset: registration.asset,
            generation: 0,
            name: RunName("ingest", part: "case")
        )
        for generation in 1..<max(registration.generation, 1) {
            try write([.register(try registration.asGeneration(generation))], for: ingest)
        }
        try write([.register(registration)], for: ingest)
        if let facts = known.facts { try write([.facts(facts)], for: ingest) }
        for found in known.moments ?? [] {
            try write([.moments(found.moments)], for: run(found.run, of: known))
        }
        if let outputs = known.outputs { try write([.outputs(outputs)], for: run("scenes", of: known)) }
        let fingerprints = (known.fingerprints ?? []).map(CatalogWrite.fingerprints)
        try write(fingerprints, for: run("scenes", of: known))
        for row in known.ledger ?? [] { try bring(row, of: known) }
        switch known.state {
        case nil, .processing: break
        case .removed: try write([.remove(registration.sequencer)], for: ingest)
        case .complete?, .partial?, .failed?:
            let state = known.state ?? .complete
            try write([.publish(state, reason: known.reason)], for: run("publish", of: known))
        }
    }

    /// Brings a run to where it was. What waits for a failed one is skipped by that.
    private func bring(_ row: LedgerRow, of known: ReplayCase.Known) throws(Fault) {
        let key = run(row.run.name, of: known)
        guard [.running, .done, .empty, .failed].contains(row.state),
            case .granted(let claim) = claim(key, build: "replay", lease: RunnerLimits.claimLease)
        else { return }
        switch row.state {
        case .done, .empty:
            let isEmpty = row.state == .empty
            let commit = Commit(
                claim: claim,
                rows: [],
                messages: [],
                isEmpty: isEmpty,
                note: row.reason,
                completion: nil
            )
            _ = try self.commit(commit)
        case .failed: _ = fail(claim, fault: .told(by: row.reason ?? "failed"), completion: nil)
        default: break
        }
    }

    private func run(_ name: RunName, of known: ReplayCase.Known) -> RunKey {
        RunKey(
            tenant: known.tenant,
            asset: known.registration.asset,
            generation: known.registration.generation,
            name: name
        )
    }
}

extension AssetRegistration {
    /// An earlier generation, of which nothing but its number is known.
    fileprivate func asGeneration(_ generation: Int) throws(Fault) -> AssetRegistration {
        AssetRegistration(asset: asset, generation: generation, source: source, copyOf: copyOf, plan: try Plan([]))
    }
}

extension Fault {
    private static let separator = ": "

    /// A fault whose text is a ledger's reason: catalogs keep nothing else of it.
    fileprivate static func told(by reason: String) -> Fault {
        let mark = Fault.retry("").description
        if reason.hasSuffix(mark), !reason.contains(separator) { return .retry(String(reason.dropLast(mark.count))) }
        guard let range = reason.firstRange(of: separator) else { return .reject("ledger", reason) }
        return .reject(String(reason[..<range.lowerBound]), String(reason[range.upperBound...]))
    }
}
