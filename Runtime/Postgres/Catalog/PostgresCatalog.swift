package import Pipeline

/// The catalog in PostgreSQL with pgvector. Every call is one transaction, bound to its tenant by row-level security.
package struct PostgresCatalog: Catalog {
    let pool: PostgresPool

    /// - Precondition: the schema is up to date, see ``Migrator``.
    package init(_ pool: PostgresPool) { self.pool = pool }

    package func claim(_ run: RunKey, build: String, lease: Duration) async throws(Fault) -> ClaimOutcome {
        try await pool.transaction("postgres.claim", tenant: run.tenant) { connection in
            let ledger = RunLedger(connection: connection, run: run)
            if run.generation == 0 { try await ledger.add() }
            if let claim = try await ledger.claim(build: build, lease: lease) { return .granted(claim) }
            return try await ledger.refusal()
        }
    }

    package func commit(_ commit: Commit) async throws(Fault) -> [OutboxMessage] {
        let run = commit.claim.run
        do {
            return try await pool.transaction("postgres.commit", tenant: run.tenant) { connection in
                let ledger = RunLedger(connection: connection, run: run)
                try await ledger.lockAsset()
                let state: RunState = commit.isEmpty ? .empty : .done
                guard try await ledger.close(commit.claim, as: state, note: commit.note) else {
                    throw Fault.retry("postgres.commit", underlying: LostClaim())
                }
                let writer = CatalogWriter(connection: connection, claim: commit.claim)
                for write in commit.rows { try await writer.apply(write) }
                try await writer.requireCopiesOfSameBytes()
                let messages = try await commit.messages + ledger.completing(commit.completion())
                try await writer.enqueue(messages)
                try await writer.audit(state, commit.rows)
                return messages
            }
        } catch {
            throw error.allowingRetry(onConflictWith: "one_original")
        }
    }

    package func postpone(_ claim: Claim, fault: Fault, counts: Bool) async throws(Fault) {
        try await pool.transaction("postgres.postpone", tenant: claim.run.tenant) { connection in
            try await RunLedger(connection: connection, run: claim.run).postpone(claim, fault, counts: counts)
        }
    }

    package func fail(
        _ claim: Claim,
        fault: Fault,
        completion: OutboxMessage?
    ) async throws(Fault) -> [OutboxMessage] {
        try await pool.transaction("postgres.fail", tenant: claim.run.tenant) { connection in
            let ledger = RunLedger(connection: connection, run: claim.run)
            try await ledger.lockAsset()
            guard try await ledger.close(claim, as: .failed, fault: fault) else { return [] }
            try await ledger.skipDependents()
            let writer = CatalogWriter(connection: connection, claim: claim)
            if claim.run.name.stage == RunLedger.publish.stage { try await writer.fail(reason: fault.description) }
            let messages = try await ledger.completing(completion)
            try await writer.enqueue(messages)
            try await writer.audit(.failed, [])
            return messages
        }
    }

    package func reopen(_ run: RunKey) async throws(Fault) -> Bool {
        do {
            return try await pool.transaction("postgres.reopen", tenant: run.tenant) { connection in
                let ledger = RunLedger(connection: connection, run: run)
                try await ledger.lockAsset()
                guard try await ledger.reopen() else { return try await ledger.isClaimable() }
                try await ledger.reopenDependents()
                try await ledger.reopenAsset()
                let writer = CatalogWriter(connection: connection, claim: Claim(run: run, fence: 0, attempt: 0))
                try await writer.audit(.pending, [])
                return true
            }
        } catch {
            throw error.allowingRetry(onConflictWith: "one_original")
        }
    }

    package func advance(_ claim: Claim, progress: Double?, lease: Duration) async throws(Fault) {
        try await pool.transaction("postgres.advance", tenant: claim.run.tenant) { connection in
            try await RunLedger(connection: connection, run: claim.run).advance(claim, progress, lease)
        }
    }
}

/// A commit whose claim is no longer the newest, or whose run has ended.
struct LostClaim: Error {}

extension Fault {
    /// A constraint that two writers met at is no refusal: the work is done again, and sees what the other wrote.
    fileprivate func allowingRetry(onConflictWith constraint: String) -> Fault {
        guard let error = underlying as? PostgresError, error.constraint == constraint else { return self }
        return .retry(operation, underlying: error)
    }
}
