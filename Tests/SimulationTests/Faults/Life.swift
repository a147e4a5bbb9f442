import Pipeline
import Synchronization

/// Whether a worker's process runs: from a crash on, none of its calls reaches anything.
final class Life: Sendable {
    private let down = Mutex(false)
    private let extendLeases = Mutex<(@Sendable () async -> Void)?>(nil)
    private let chaos: Chaos
    /// What others do between two calls of this worker.
    private let meanwhile: @Sendable () async -> Void

    init(chaos: Chaos, meanwhile: @escaping @Sendable () async -> Void) {
        self.chaos = chaos
        self.meanwhile = meanwhile
    }

    /// Says how this worker's leases are extended when it is their time.
    func extendLeases(by extend: @escaping @Sendable () async -> Void) { extendLeases.withLock { $0 = extend } }

    /// Lets others work, or the process crash, between two calls.
    ///
    /// - Throws: retry, where the process is down.
    func pause() async throws(Fault) {
        if !down.withLock({ $0 }) {
            await meanwhile()
            if chaos.number(in: 0...1) == 0 { await extendLeases.withLock { $0 }?() }
        }
        let crashes = chaos.strikes(.crash)
        let isDown = down.withLock { down in
            down = down || crashes
            return down
        }
        if isDown { throw .retry("simulation.crash") }
    }
}
