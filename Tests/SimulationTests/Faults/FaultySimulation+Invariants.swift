import Cloud
import Pipeline

extension FaultySimulation {
    /// What a run may fail by: what was done to it.
    private static let causes = [
        "simulation.handle", "simulation.crash", "simulation.catalog", "simulation.objects", "quarantine",
        "given up: it was begun", "it took longer than",
    ]

    /// What does not stand as it must once all is quiet.
    func violations() async -> [String] {
        var violations = history.violations
        if await !catalog.unsent(to: Self.routes.map(\.stage), olderThan: .zero, atMost: 1).isEmpty { violations.append("the outbox is not empty") }
        for route in Self.routes where await queues[route.description].count > 0 {
            violations.append("a message is left on \(route)")
        }
        var failed: Set<RunKey> = []
        for asset in Self.assets {
            let rows = await catalog.ledger(of: asset, generation: 1, of: "default")
            for row in rows {
                if !row.state.isClosed { violations.append("\(row.run.name) is \(row.state)") }
                let key = RunKey(tenant: "default", asset: asset, generation: 1, name: row.run.name)
                guard row.state == .failed else { continue }
                failed.insert(key)
                let reason = row.reason ?? "no reason"
                if !Self.causes.contains(where: reason.contains) {
                    violations.append("\(row.run.name) failed by itself: \(reason)")
                }
            }
            let done = rows.filter { $0.state == .done }.map(\.run.name.description).sorted()
            let moments = await catalog.moments(of: asset, generation: 1, kinds: [.text], of: "default")
            let found = moments.map(\.moment.text).sorted()
            if found != done { violations.append("rows of \(found) stand, runs of \(done) are done") }
            violations += completions(of: asset, rows)
            let state = await catalog.asset(asset, of: "default")?.state
            if state != .complete, state != .failed { violations.append("an asset is not in its final state") }
            let digest = OpenSSLDigester().digest(ThirdStage.found(in: asset))
            if done.contains("third"), await objects.info("derived/default/\(digest)") == nil {
                violations.append("the object of third is not there")
            }
        }
        return violations + deadLetters(of: failed)
    }

    private func completions(of asset: AssetID, _ rows: [LedgerRow]) -> [String] {
        var violations: [String] = []
        var messages: Set<String> = []
        for case .completed(let run, let messageID) in history.entries where run.asset == asset {
            messages.insert(messageID)
        }
        if messages.count != 1 { violations.append("\(messages.count) completions") }
        if rows.count != 5 { violations.append("\(rows.count) rows in the ledger") }
        return violations
    }

    /// One of each failed run; one more at most for each delivery that was not its message's first, or of a copy, or not
    /// the run's first attempt: a letter whose sending was not answered is sent again.
    private func deadLetters(of failed: Set<RunKey>) -> [String] {
        var letters: [RunKey: Int] = [:]
        var limits: [RunKey: Int] = [:]
        for entry in history.entries {
            switch entry {
            case .buried(let run, _): letters[run, default: 0] += 1
            case .claimed(let run, _): limits[run, default: 0] += 1
            case .received(_, _, let run, let count, let isCopy) where count > 1 || isCopy: limits[run, default: 0] += 1
            default: break
            }
        }
        let strays = letters.keys.filter { !failed.contains($0) }.map { "a dead letter of \($0.name), not failed" }
        let lost = failed.filter { letters[$0] == nil }.map { "no dead letter of \($0.name)" }
        let many = letters.filter { $0.value > limits[$0.key, default: 1] }.map { "too many letters of \($0.key.name)" }
        return strays.sorted() + lost.sorted() + many.sorted()
    }
}
