extension MemoryCatalog {
    package func reopen(_ run: RunKey) throws(Fault) -> Bool {
        guard let row = ledger[run] else { return run.generation == 0 }
        if run.generation > 0 {
            guard let asset = asset(run.asset, of: run.tenant), asset.generation == run.generation,
                asset.state != .removed
            else { return false }
            if row.state == .failed && isReplaced(asset, run.tenant) { return false }
        }
        guard row.state == .failed else { return !row.state.isClosed }
        let publish = rows(of: run.asset, run.generation, run.tenant).first { $0.key.isPublish && $0.key != run }
        if let held = publish?.value, held.state == .running, let heldUntil = held.heldUntil, .now < heldUntil {
            throw .retry("memory.reopen")
        }
        ledger[run]?.reopen()
        reopenDependents(of: run)
        guard run.generation > 0 else { return true }
        update(run) { $0.asset = $0.asset.with(state: .processing, reason: .some(nil)) }
        if let publish {
            formerFences[publish.key] = publish.value.fence
            ledger[publish.key] = nil
        }
        return true
    }

    /// Opens what was skipped for a run; not what waits for another one that has failed.
    private func reopenDependents(of run: RunKey) {
        var opened: Set<RunName> = [run.name]
        for (key, row) in rows(of: run.asset, run.generation, run.tenant) where row.state == .skipped {
            guard let after = row.planned.after, opened.contains(after) else { continue }
            ledger[key]?.reopen()
            opened.insert(key.name)
        }
    }

    /// Where an asset has failed, one of its copies becomes the original in its place.
    private func isReplaced(_ asset: Asset, _ tenant: Tenant) -> Bool {
        guard asset.state == .failed, asset.copyOf == nil, asset.source.byteCount > 0 else { return false }
        return original(of: asset.source.digest, of: tenant) != nil
    }
}

extension MemoryCatalog.Row {
    /// As it was planned; the fence stays, so that no old claim holds again.
    fileprivate mutating func reopen() {
        state = .pending
        attempts = 0
        isBegun = false
        heldUntil = nil
        progress = nil
        reason = nil
    }
}
