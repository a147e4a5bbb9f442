import Synchronization

/// How many bytes of bodies may be in memory at once.
final class ByteBudget: Sendable {
    private let capacity: Int
    private let inUse = Mutex(0)

    init(_ capacity: Int) { self.capacity = capacity }

    /// Takes bytes, where there is room for them at this moment.
    ///
    /// - Returns: whether they were taken, and are to be given back.
    func take(_ count: Int) -> Bool {
        inUse.withLock { inUse in
            guard count <= capacity - inUse else { return false }
            inUse += count
            return true
        }
    }

    func give(_ count: Int) { inUse.withLock { $0 -= count } }
}
