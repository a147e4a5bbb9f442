import Pipeline

/// One worker's way to the catalog, on which calls fail before and after they have taken effect.
struct FaultyCatalog: Catalog {
    let inner: MemoryCatalog
    let life: Life
    let chaos: Chaos
    let history: History

    func claim(_ run: RunKey, build: String, lease: Duration) async throws(Fault) -> ClaimOutcome {
        try await call { () async throws(Fault) in
            let outcome = await inner.claim(run, build: build, lease: lease)
            if case .granted(let claim) = outcome { history.note(.claimed(run, fence: claim.fence)) }
            return outcome
        }
    }

    func commit(_ commit: Commit) async throws(Fault) -> [OutboxMessage] {
        try await call { () async throws(Fault) in
            let messages = try await inner.commit(commit)
            history.note(.committed(commit.claim.run, fence: commit.claim.fence))
            return messages
        }
    }

    func fail(_ claim: Claim, fault: Fault, completion: OutboxMessage?) async throws(Fault) -> [OutboxMessage] {
        try await call { () async throws(Fault) in
            let messages = await inner.fail(claim, fault: fault, completion: completion)
            let run = claim.run
            let rows = await inner.ledger(of: run.asset, generation: run.generation, of: run.tenant)
            let hasFailed = rows.contains { $0.run.name == run.name && $0.state == .failed }
            if hasFailed { history.note(.failed(run)) }
            return messages
        }
    }

    func postpone(_ claim: Claim, fault: Fault, counts: Bool) async throws(Fault) {
        try await call { () async throws(Fault) in await inner.postpone(claim, fault: fault, counts: counts) }
    }

    func advance(_ claim: Claim, progress: Double?, lease: Duration) async throws(Fault) {
        try await call { () async throws(Fault) in await inner.advance(claim, progress: progress, lease: lease) }
    }

    func reopen(_ run: RunKey) async throws(Fault) -> Bool {
        try await call { () async throws(Fault) in try await inner.reopen(run) }
    }

    func unsent(
        to stages: [StageName],
        olderThan age: Duration,
        atMost count: Int
    ) async throws(Fault) -> [OutboxMessage] {
        try await call { () async throws(Fault) in await inner.unsent(to: stages, olderThan: age, atMost: count) }
    }

    func markSent(_ ids: [String]) async throws(Fault) {
        try await call { () async throws(Fault) in await inner.markSent(ids) }
    }

    func call<Answer: Sendable>(_ body: () async throws(Fault) -> Answer) async throws(Fault) -> Answer {
        try await life.pause()
        if chaos.strikes(.catalogCallFails) { throw .retry("simulation.catalog") }
        let answer = try await body()
        try await life.pause()
        if chaos.strikes(.catalogAnswerLost) { throw .retry("simulation.catalog") }
        return answer
    }
}
