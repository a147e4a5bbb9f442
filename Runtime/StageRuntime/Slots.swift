/// How many more runs may be begun: never receive more messages than there are free slots.
actor Slots {
    private var free: Int
    private var waiter: CheckedContinuation<Void, Never>?
    private var isClosed = false

    init(_ count: Int) { free = count }

    /// Waits until a slot is free.
    ///
    /// - Returns: how many are, at most `limit`; the caller holds them all. One caller at a time. 0 once closed.
    func take(atMost limit: Int) async -> Int {
        if free == 0 && !isClosed { await withCheckedContinuation { waiter = $0 } }
        let taken = isClosed ? 0 : min(free, limit)
        free -= taken
        return taken
    }

    /// Wakes the caller that waits; nothing is taken from now on.
    func close() {
        isClosed = true
        waiter?.resume()
        waiter = nil
    }

    func give(_ count: Int) {
        free += count
        guard free > 0 else { return }
        waiter?.resume()
        waiter = nil
    }
}
