internal import Pipeline
internal import Synchronization

/// Renews a run's claim and writes its progress into the ledger, now and then; a write that fails is left out.
final class ProgressReporter: Sendable {
    private let progress = Mutex<Double?>(nil)
    private let renewal: Mutex<Task<Void, Never>?> = Mutex(nil)

    /// Begins.
    ///
    /// - Parameters:
    ///   - catalog: holds the ledger.
    ///   - claim: of the run.
    ///   - lease: how long the claim holds; it is renewed six times as often.
    init(catalog: any Catalog, claim: Claim, lease: Duration) {
        renewal.withLock { renewal in
            renewal = Task { [weak self] in
                var renewed = ContinuousClock.now
                var written: Double?
                while (try? await Task.sleep(for: .seconds(1))) != nil {
                    guard let self else { return }
                    let progress = self.progress.withLock { $0 }
                    guard progress != written || ContinuousClock.now - renewed > lease / 6 else { continue }
                    try? await catalog.advance(claim, progress: progress, lease: lease)
                    written = progress
                    renewed = ContinuousClock.now
                }
            }
        }
    }

    /// Notes how far the run is, 0 to 1.
    func report(_ value: Double) { progress.withLock { $0 = min(max(value, 0), 1) } }

    func stop() { renewal.withLock { $0?.cancel() } }
}
