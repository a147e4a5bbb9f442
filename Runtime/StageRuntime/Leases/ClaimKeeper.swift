internal import Pipeline
internal import Synchronization

/// Renews the claims of runs at work and writes their progress into the ledger, now and then; a write that fails is
/// left out. One task serves all runs.
final class ClaimKeeper: Sendable {
    /// One claim that is held. Unchecked: all that changes is touched under the keeper's lock alone.
    final class Hold: Registered, @unchecked Sendable {
        fileprivate let claim: Claim
        fileprivate var progress: Double?
        fileprivate var written: Double?
        fileprivate var renewed = ContinuousClock.now

        fileprivate init(_ claim: Claim) { self.claim = claim }
    }

    /// What is written for a claim.
    private struct Due {
        let claim: Claim
        let progress: Double?
    }

    private struct State {
        var held = Registry<Hold>()
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

    func hold(_ claim: Claim) -> Hold {
        let hold = Hold(claim)
        state.withLock { state in
            if state.renewal == nil { state.renewal = Task.detached { await self.renew() } }
            state.held.enter(hold)
        }
        return hold
    }

    /// Notes how far a run is, 0 to 1.
    func report(_ value: Double, of hold: Hold) {
        state.withLock { _ in hold.progress = min(max(value, 0), 1) }
    }

    func drop(_ hold: Hold) { state.withLock { $0.held.remove(hold) } }

    /// Ends by itself when no run is at work.
    private func renew() async {
        while (try? await Task.sleep(for: Self.period)) != nil {
            guard let due = due() else { return }
            for held in due { try? await catalog.advance(held.claim, progress: held.progress, lease: lease) }
        }
    }

    /// What is to be written now; nil where no run is at work, and the task ends.
    private func due() -> [Due]? {
        let now = ContinuousClock.now
        return state.withLock { state in
            guard !state.held.isEmpty else {
                state.renewal = nil
                return nil
            }
            var due: [Due] = []
            for hold in state.held.all where hold.progress != hold.written || now - hold.renewed > lease / 6 {
                (hold.written, hold.renewed) = (hold.progress, now)
                due.append(Due(claim: hold.claim, progress: hold.progress))
            }
            return due
        }
    }
}
