internal import Pipeline
internal import Synchronization

/// Writes a run's progress into the ledger, at most once a second; a write that fails is left out.
final class ProgressReporter: Sendable {
    private let catalog: any Catalog
    private let claim: Claim
    private let last = Mutex(ContinuousClock.now)

    init(catalog: any Catalog, claim: Claim) {
        self.catalog = catalog
        self.claim = claim
    }

    func report(_ progress: Double) {
        let isDue = last.withLock { last in
            let now = ContinuousClock.now
            guard now - last >= .seconds(1) else { return false }
            last = now
            return true
        }
        guard isDue else { return }
        let (catalog, claim) = (catalog, claim)
        Task { try? await catalog.advance(claim, progress: min(max(progress, 0), 1)) }
    }
}
