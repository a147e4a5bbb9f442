import Pipeline
import Synchronization

/// What has taken effect in the world, in its order.
final class History: Sendable {
    enum Entry: Sendable {
        case claimed(RunKey, fence: Int64)
        case committed(RunKey, fence: Int64)
        case failed(RunKey)
        case received(StageName, Receipt, RunKey, count: Int)
        /// A worker asked for it; it may have come to nothing.
        case acknowledged(StageName, Receipt)
        case released(StageName, Receipt)
        case extended(StageName, Receipt)
        case completed(RunKey, messageID: String)
        case buried(RunKey)
    }

    private struct Lease: Hashable {
        let stage: StageName
        let receipt: Receipt
    }

    private let state = Mutex<[Entry]>([])

    var entries: [Entry] { state.withLock { $0 } }

    /// The entries as text, without what is drawn anew each time.
    var lines: [String] {
        entries.map { entry in
            if case .completed(let run, _) = entry { "completed \(run)" } else { "\(entry)" }
        }
    }

    func note(_ entry: Entry) { state.withLock { $0.append(entry) } }

    /// What happened in an order in which it must not.
    var violations: [String] {
        var violations: [String] = []
        var fences: [RunKey: Int64] = [:]
        var closed: Set<RunKey> = []
        var runs: [Lease: RunKey] = [:]
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
            case .received(let stage, let receipt, let run, _): runs[Lease(stage: stage, receipt: receipt)] = run
            case .acknowledged(let stage, let receipt):
                let lease = Lease(stage: stage, receipt: receipt)
                if let run = runs[lease], !closed.contains(run) {
                    violations.append("\(run.name) acknowledged before its commit")
                }
                settle(lease, "acknowledged")
            case .released(let stage, let receipt): settle(Lease(stage: stage, receipt: receipt), "released")
            case .extended(let stage, let receipt):
                let isSettled = settled.contains(Lease(stage: stage, receipt: receipt))
                if isSettled { violations.append("\(stage) \(receipt) extended after its settlement") }
            case .completed, .buried: break
            }
        }
        return violations
    }
}
