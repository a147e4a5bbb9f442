import Synchronization

/// What one client may spend on repeating requests, so that an outage does not multiply the load.
final class RetryBudget: Sendable {
    private static let capacity = 500
    static let retryCost = 5
    static let timeoutCost = 10

    private let rest = Mutex(RetryBudget.capacity)

    /// Takes a retry's cost; false where it can't be afforded.
    func take(_ cost: Int) -> Bool {
        rest.withLock { rest in
            guard rest >= cost else { return false }
            rest -= cost
            return true
        }
    }

    /// Every success earns a little.
    func earn() { rest.withLock { $0 = min($0 + 1, Self.capacity) } }
}
