internal import Pipeline
internal import Synchronization

/// How many more runs may be begun: no more messages are received than there are free slots.
///
/// The limit follows what the services behind the stage can take: halved when one says that it is asked for too much,
/// and raised by one after as many good runs as it allows.
final class Slots: Sendable {
    private struct Waiter {
        let count: Int
        let lane: Lane
        let done: CheckedContinuation<Int, Never>
    }

    /// Waits for room and takes none.
    private struct Watcher {
        let number: UInt64
        let lane: Lane
        let done: CheckedContinuation<Void, Never>
    }

    private struct State {
        var limit: Int
        var interactiveCount = 0
        var bulkCount = 0
        var goodCount = 0
        var waiters: [Waiter] = []
        var watchers: [Watcher] = []
        var isPatient = true
        var isTiming = false
        var isClosed = false
        let hasTwoLanes: Bool

        var used: Int { interactiveCount + bulkCount }

        mutating func give(_ count: Int, _ lane: Lane) {
            switch lane {
            case .interactive: interactiveCount -= count
            case .bulk: bulkCount -= count
            }
        }

        mutating func noteGood(_ capacity: Int) {
            guard limit < capacity else { return }
            goodCount += 1
            guard goodCount >= limit else { return }
            limit += 1
            goodCount = 0
        }

        /// Whether somebody could have a few now, and waits for a batch.
        var isWaitingForMore: Bool { waiters.contains { free(for: $0.lane) > 0 } }

        func free(for lane: Lane) -> Int {
            let all = max(0, limit - used)
            guard lane == .bulk, hasTwoLanes else { return all }
            return min(all, max(0, max(1, limit - 1) - bulkCount))
        }

        private func isServed(_ waiter: Waiter) -> Bool {
            let enough = isPatient ? min(waiter.count, max(1, limit / 4)) : 1
            return isClosed || min(free(for: waiter.lane), waiter.count) >= enough
        }

        /// Takes slots for those who wait, in their order; a lane that may have no more holds up no other.
        mutating func serve() -> [(Waiter, Int)] {
            var ready: [(Waiter, Int)] = []
            var waiting: [Waiter] = []
            for waiter in waiters {
                if isServed(waiter) {
                    let count = isClosed ? 0 : min(free(for: waiter.lane), waiter.count)
                    give(-count, waiter.lane)
                    ready.append((waiter, count))
                } else {
                    waiting.append(waiter)
                }
            }
            waiters = waiting
            return ready
        }

        /// Those for whom there is room now.
        mutating func noticed() -> [Watcher] {
            guard !watchers.isEmpty else { return [] }
            let (isClosed, lanes) = (isClosed, Set(Lane.allCases.filter { free(for: $0) > 0 }))
            let noticed = watchers.filter { isClosed || lanes.contains($0.lane) }
            if !noticed.isEmpty { watchers.removeAll { isClosed || lanes.contains($0.lane) } }
            return noticed
        }

        /// Takes slots for those who wait; says whether the caller must start the timer of those who wait for more.
        mutating func served() -> Served {
            guard !waiters.isEmpty else { return Served(noticed: noticed()) }
            let ready = waiters.contains { isServed($0) } ? serve() : []
            let mustTime = !isTiming && isWaitingForMore
            if mustTime { isTiming = true }
            return Served(ready: ready, mustTime: mustTime, noticed: noticed())
        }
    }

    private struct Served {
        var ready: [(Waiter, Int)] = []
        var mustTime = false
        var noticed: [Watcher] = []
    }

    /// How long a few free slots wait for more, so that messages are fetched in batches and not one by one.
    private static let patience: Duration = .milliseconds(20)

    private let capacity: Int
    private let watches = Atomic<UInt64>(0)
    private let state: Mutex<State>

    init(_ capacity: Int, lanes: [Lane] = Lane.allCases) {
        self.capacity = capacity
        state = Mutex(State(limit: capacity, hasTwoLanes: lanes.count > 1))
    }

    /// Whether a run of that lane could be begun now.
    func hasRoom(for lane: Lane) -> Bool { state.withLock { $0.free(for: lane) > 0 } }

    /// Whether somebody waits for a run to end.
    var isWaitedFor: Bool { state.withLock { !$0.waiters.isEmpty || !$0.watchers.isEmpty } }

    /// How many there are now, and how many of them are in use.
    var use: (limit: Int, inUse: Int) { state.withLock { ($0.limit, $0.used) } }

    /// Waits until slots are free. One is always left to the interactive lane, where there are two.
    ///
    /// - Returns: how many are, at most `count`; the caller holds them all. 0 once closed.
    func take(atMost count: Int, for lane: Lane) async -> Int {
        await withCheckedContinuation { done in
            let ready = state.withLock { state in
                state.waiters.append(Waiter(count: count, lane: lane, done: done))
                return state.served()
            }
            finish(ready)
        }
    }

    /// Waits until a run of that lane could be begun, the limit is over, or it is closed; holds nothing.
    func room(for lane: Lane, within limit: Duration? = nil) async {
        if hasRoom(for: lane) { return }
        let number = watches.wrappingAdd(1, ordering: .relaxed).newValue
        var timer: Task<Void, any Error>?
        await withCheckedContinuation { done in
            let noticed = state.withLock { state in
                state.watchers.append(Watcher(number: number, lane: lane, done: done))
                return state.noticed()
            }
            for watcher in noticed { watcher.done.resume() }
            guard let limit else { return }
            timer = Task.detached { [self] in
                try await Task.sleep(for: limit)
                endWatch(number)
            }
        }
        timer?.cancel()
    }

    private func endWatch(_ number: UInt64) {
        let watcher = state.withLock { state in
            state.watchers.firstIndex { $0.number == number }.map { state.watchers.remove(at: $0) }
        }
        watcher?.done.resume()
    }

    func give(_ count: Int, of lane: Lane) {
        guard count > 0 else { return }
        let ready = state.withLock { state in
            state.give(count, lane)
            return state.served()
        }
        finish(ready)
    }

    /// Gives one back whose run was not told to ask for less.
    func giveGood(of lane: Lane) {
        let ready = state.withLock { state in
            state.give(1, lane)
            state.noteGood(capacity)
            return state.served()
        }
        finish(ready)
    }

    /// Wakes all that wait; nothing is taken from now on.
    func close() {
        let (waiters, watchers) = state.withLock { state in
            defer { state.waiters = [] }
            state.isClosed = true
            return (state.waiters, state.noticed())
        }
        for waiter in waiters { waiter.done.resume(returning: 0) }
        for watcher in watchers { watcher.done.resume() }
    }

    /// A run was told to ask for less.
    func slowDown() {
        state.withLock { state in
            state.limit = max(1, state.limit / 2)
            state.goodCount = 0
        }
    }

    private func finish(_ served: Served) {
        for (waiter, count) in served.ready { waiter.done.resume(returning: count) }
        for watcher in served.noticed { watcher.done.resume() }
        guard served.mustTime else { return }
        Task {
            try? await Task.sleep(for: Self.patience)
            let ready = state.withLock { state in
                state.isTiming = false
                state.isPatient = false
                defer { state.isPatient = true }
                return state.served()
            }
            finish(ready)
        }
    }
}
