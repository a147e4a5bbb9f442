internal import Pipeline
internal import Synchronization

/// Renews the claims of runs at work and writes their progress into the ledger, now and then; a write that fails is left
/// out. One task serves all runs.
final class ClaimKeeper: Sendable {
    private struct Held {
        let claim: Claim
        var progress: Double?
        var written: Double?
        var renewed: ContinuousClock.Instant
    }

    private struct State {
        var held: [RunKey: Held] = [:]
        var renewal: Task<Void, Never>?
    }

    private static let period: Duration = .seconds(1)

    private let catalog: any Catalog
    private let lease: Duration
    private let state = Mutex(State())

    /// Makes a keeper.
    ///
    /// - Parameters:
    ///   - catalog: holds the ledger.
    ///   - lease: how long a claim holds; it is renewed six times as often.
    init(catalog: any Catalog, lease: Duration) {
        self.catalog = catalog
        self.lease = lease
    }

    func hold(_ claim: Claim) {
        state.withLock { state in
            state.held[claim.run] = Held(claim: claim, renewed: .now)
            if state.renewal == nil { state.renewal = Task { [weak self] in await Self.renew(self) } }
        }
    }

    /// Notes how far a run is, 0 to 1.
    func report(_ value: Double, of run: RunKey) {
        state.withLock { $0.held[run]?.progress = min(max(value, 0), 1) }
    }

    func drop(_ claim: Claim) {
        state.withLock { state in
            if state.held[claim.run]?.claim == claim { state.held[claim.run] = nil }
        }
    }

    private static func renew(_ keeper: ClaimKeeper?) async {
        while let keeper, (try? await Task.sleep(for: period)) != nil {
            guard let due = keeper.due() else { return }
            for held in due {
                try? await keeper.catalog.advance(held.claim, progress: held.progress, lease: keeper.lease)
            }
        }
    }

    /// What is to be written now; nil where no run is at work, and the task ends.
    private func due() -> [Held]? {
        let now = ContinuousClock.now
        return state.withLock { state in
            guard !state.held.isEmpty else {
                state.renewal = nil
                return nil
            }
            var due: [Held] = []
            for (run, held) in state.held where held.progress != held.written || now - held.renewed > lease / 6 {
                state.held[run]?.written = held.progress
                state.held[run]?.renewed = now
                due.append(held)
            }
            return due
        }
    }
}
