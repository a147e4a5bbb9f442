import FoundationEssentials
import Pipeline
import Synchronization

/// What has taken effect in the world, in its order.
final class History: Sendable {
    enum Entry: Sendable {
        case claimed(RunKey, fence: Int64)
        case committed(RunKey, fence: Int64)
        case failed(RunKey)
        case received(Route, Receipt, RunKey, count: Int, isCopy: Bool)
        /// A worker asked for it; it may have come to nothing.
        case acknowledged(Route, Receipt)
        case released(Route, Receipt)
        case extended(Route, Receipt)
        /// A copy of the run's message was sent, to take its place.
        case handedOver(RunKey)
        case completed(RunKey, messageID: String)
        case buried(RunKey, lane: Lane)
    }

    private struct Lease: Hashable, CustomStringConvertible {
        let route: Route
        let receipt: Receipt

        init(_ route: Route, _ receipt: Receipt) {
            self.route = route
            self.receipt = receipt
        }

        var description: String { "\(receipt) of \(route)" }
    }

    /// A message that was received.
    private struct Received {
        let run: RunKey
        /// Copies of the run's message that were there before.
        let copyCount: Int
    }

    private struct Message: Hashable {
        let stage: StageName
        let body: Data
    }

    private let state = Mutex<[Entry]>([])
    /// A message is read once, however often it is received.
    private let runs = Mutex<[Message: RunKey?]>([:])

    var entries: [Entry] { state.withLock { $0 } }

    /// The entries as text, without what is drawn anew each time.
    var lines: [String] {
        entries.map { entry in
            if case .completed(let run, _) = entry { "completed \(run)" } else { "\(entry)" }
        }
    }

    /// The run that a message asks for.
    func run(of body: Data, to stage: StageName) -> RunKey? {
        runs.withLock { runs in
            let message = Message(stage: stage, body: body)
            if let run = runs[message] { return run }
            let run = RunKey(message: body, to: stage)
            runs[message] = .some(run)
            return run
        }
    }

    func note(_ entry: Entry) { state.withLock { $0.append(entry) } }

    /// What happened in an order in which it must not.
    var violations: [String] {
        var violations: [String] = []
        var fences: [RunKey: Int64] = [:]
        var closed: Set<RunKey> = []
        var copyCounts: [RunKey: Int] = [:]
        var received: [Lease: Received] = [:]
        var settled: Set<Lease> = []
        func settle(_ lease: Lease, _ how: String) {
            if !settled.insert(lease).inserted { violations.append("\(lease) \(how) after its settlement") }
        }
        for entry in entries {
            switch entry {
            case .claimed(let run, let fence): fences[run] = fence
            case .committed(let run, let fence):
                if fences[run] != fence { violations.append("\(run.name) committed by an old claim") }
                if !closed.insert(run).inserted { violations.append("\(run.name) committed after its end") }
            case .failed(let run): closed.insert(run)
            case .received(let route, let receipt, let run, _, _):
                received[Lease(route, receipt)] = Received(run: run, copyCount: copyCounts[run, default: 0])
                if route.lane != FaultySimulation.lane(of: run.asset) {
                    violations.append("\(run.name) came by the lane \(route.lane)")
                }
            case .acknowledged(let route, let receipt):
                let lease = Lease(route, receipt)
                if let message = received[lease], !closed.contains(message.run),
                    copyCounts[message.run, default: 0] == message.copyCount
                {
                    violations.append("\(message.run.name) acknowledged before its commit")
                }
                settle(lease, "acknowledged")
            case .released(let route, let receipt): settle(Lease(route, receipt), "released")
            case .extended(let route, let receipt):
                let lease = Lease(route, receipt)
                if settled.contains(lease) { violations.append("\(lease) extended after its settlement") }
            case .handedOver(let run): copyCounts[run, default: 0] += 1
            case .buried(let run, let lane):
                if lane != FaultySimulation.lane(of: run.asset) { violations.append("a dead letter says \(lane)") }
            case .completed: break
            }
        }
        return violations
    }
}
