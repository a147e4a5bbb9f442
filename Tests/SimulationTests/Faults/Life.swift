import Pipeline
import Synchronization

/// Whether a worker's process runs: from its end on, none of its calls reaches anything.
final class Life: Sendable {
    private let down = Mutex(false)
    private let extendLeases = Mutex<(@Sendable () async -> Void)?>(nil)
    private let chaos: Chaos
    private let end: FaultKind
    /// What others do between two calls of this worker.
    private let meanwhile: @Sendable () async throws(Fault) -> Void

    /// A process that may end between two calls by this fault, as where `meanwhile` throws.
    init(chaos: Chaos, end: FaultKind, meanwhile: @escaping @Sendable () async throws(Fault) -> Void) {
        self.chaos = chaos
        self.end = end
        self.meanwhile = meanwhile
    }

    /// A process in quarantine: it may be killed, and it ends with the worker that waits for it.
    convenience init(childOf parent: Life, chaos: Chaos) {
        self.init(chaos: chaos, end: .quarantineKilled) { () async throws(Fault) in try await parent.pause() }
    }

    var isDown: Bool { down.withLock { $0 } }

    /// Says how this worker's leases are extended when it is their time.
    func extendLeases(by extend: @escaping @Sendable () async -> Void) { extendLeases.withLock { $0 = extend } }

    /// Lets others work, or the process end, between two calls.
    ///
    /// - Throws: retry, where the process is down.
    func pause() async throws(Fault) {
        var ends = false
        if !isDown {
            do throws(Fault) { try await meanwhile() } catch { ends = true }
            if chaos.number(in: 0...1) == 0 { await extendLeases.withLock { $0 }?() }
            ends = chaos.strikes(end) || ends
        }
        let isDown = down.withLock { down in
            down = down || ends
            return down
        }
        if isDown { throw .retry("simulation.crash") }
    }
}
